import { shorten } from './text.ts';

/** Returns a name or an index as a step of a JSON Pointer (RFC 6901). */
export function pointerStep(step: string | number): string {
  return `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Returns a JSON Pointer for a message. Long names are shortened, which keeps responses small. */
export function toPointer(path: readonly (string | number)[]): string {
  return path.map((step) => pointerStep(shorten(String(step)))).join('');
}

/** Returns the names and indexes of a JSON Pointer. */
export function stepsOfPointer(pointer: string): readonly string[] {
  const [, ...steps] = pointer.split('/');
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

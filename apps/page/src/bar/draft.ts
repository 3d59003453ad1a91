import { signal } from '@preact/signals';

/** The text in the filter field. */
export const draft = signal('');

/** Puts the cursor into the filter field. */
export function focusFilter(): void {
  document.querySelector<HTMLInputElement>('#filter')?.focus();
}

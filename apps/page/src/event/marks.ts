/** Texts at places of a tree, by JSON Pointer (RFC 6901). */
export type Marks = ReadonlyMap<string, readonly string[]>;

export const NO_MARKS: Marks = new Map();

/** True if a value or one of its parts is marked. */
export function hasMark(marks: Marks, pointer: string): boolean {
  return [...marks.keys()].some((marked) => marked === pointer || marked.startsWith(`${pointer}/`));
}

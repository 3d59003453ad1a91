import { hash } from 'node:crypto';

/**
 * Returns a function that derives the id of each item of a file from the text of the item and of all items before it. So the same
 * file has the same ids in every run, under any name, compressed or not; equal lines have different ids; and a file to which lines
 * were added has the same ids for the earlier ones.
 *
 * The ids are UUIDv8 of SHA-256 (RFC 9562, 5.8).
 */
export function createDerivedIds(): (text: string) => string {
  let state = '';
  return (text) => {
    state = hash('sha256', `${state}\n${text}`);
    const variant = (0x8 | (Number.parseInt(state.charAt(16), 16) & 0x3)).toString(16);
    return `${state.slice(0, 8)}-${state.slice(8, 12)}-8${state.slice(13, 16)}-${variant}${state.slice(17, 20)}-${state.slice(20, 32)}`;
  };
}

import { statSync } from 'node:fs';
import { createStoreUnavailableError } from '@event-tracker/core/store';

/** Identifies a file independently of its name: device and inode. All hard links to a file have the same identity. */
export type FileIdentity = string;

/** Returns the identity of the file at a path; `undefined` if there is none. */
export function identify(path: string): FileIdentity | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Checks that a path still refers to the file that is open.
 *
 * @throws StoreUnavailableError
 */
export function requireSameFile(path: string, expected: FileIdentity): void {
  const found = identify(path);
  if (found === expected) return;
  const change = found === undefined ? 'was deleted or moved' : 'was replaced by another file';
  throw createStoreUnavailableError(
    `${path} ${change} while the server has it open; put it back or restart the server`,
  );
}

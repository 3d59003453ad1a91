import { realpathSync } from 'node:fs';
import type { Database } from './database.ts';
import { identify, requireSameFile } from './file-identity.ts';

/**
 * Checks that the paths of the store still refer to the files that are open.
 *
 * @throws StoreUnavailableError if one of them was deleted, moved or replaced
 */
export type FileGuard = () => void;

/**
 * Records the identity of the files that a connection and its lock have open. Without the check, SQLite would continue to
 * write to a deleted or moved file without an error.
 *
 * The first failed check moves the log into the file, because the log does not move with the file, and SQLite does not
 * checkpoint when it closes a file that was moved.
 */
export function guardFiles(database: Database, path: string, lockPath: string): FileGuard {
  const realPath = realpathSync(path);
  const files = [path, `${realPath}-wal`, `${realPath}-shm`, lockPath].flatMap((file) => {
    const identity = identify(file);
    return identity === undefined ? [] : [{ file, identity }];
  });
  let isWhole = true;

  return () => {
    try {
      for (const { file, identity } of files) requireSameFile(file, identity);
      isWhole = true;
    } catch (error) {
      if (isWhole) moveLogIntoFile(database);
      isWhole = false;
      throw error;
    }
  };
}

function moveLogIntoFile(database: Database): void {
  try {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // The disk can be unavailable too. The caller reports the failed check.
  }
}

import { realpathSync } from 'node:fs';
import type { Database } from './database.ts';
import { identify, requireSameFile } from './file-identity.ts';

/**
 * Checks that the files of the store are those that are open.
 *
 * @throws StoreUnavailableError where one of them was deleted, moved or replaced
 */
export type FileGuard = () => void;

/**
 * Remembers the files that a connection and its lock have open: the system keeps a deleted or moved file for those who
 * have it open, so that SQLite itself would go on with it and never report an error.
 *
 * After the first failed check the log is moved into the file. SQLite would not do so when it closes a file that was
 * moved, and the log does not move with the file.
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
    // The disk is gone as well: the reason why the check failed is the one to report.
  }
}

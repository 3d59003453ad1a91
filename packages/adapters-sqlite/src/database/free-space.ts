import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createStoreUnavailableError } from '@event-tracker/core/store';

/**
 * Makes sure that the disk of a file has room: SQLite needs some even to delete, and to move what was written from its
 * log into the file.
 *
 * @throws StoreUnavailableError while there is less than `minFreeBytes`
 */
export function checkFreeSpace(path: string, minFreeBytes: number): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize >= minFreeBytes) return;
  throw createStoreUnavailableError(`the disk of ${path} has less than ${minFreeBytes} bytes free`);
}

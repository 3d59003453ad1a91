import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { createStoreUnavailableError } from '@event-tracker/core/store';

/**
 * Checks that the disk of a file has free space. SQLite needs some to delete events and to move its log into the file.
 *
 * @throws StoreUnavailableError if fewer than `minFreeBytes` are free
 */
export function checkFreeSpace(path: string, minFreeBytes: number): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize >= minFreeBytes) return;
  throw createStoreUnavailableError(`the disk of ${path} has less than ${minFreeBytes} bytes free`);
}

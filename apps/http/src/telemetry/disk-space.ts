import { statfs } from 'node:fs/promises';
import type { GaugeSources } from './gauges.ts';

/**
 * Returns gauges of the file system of a folder. They report the previous reading, and nothing before the first one, because
 * a disk that hangs must not block a scrape.
 */
export function watchDiskSpace(folder: string): Pick<GaugeSources, 'storeDiskFreeBytes' | 'storeDiskSizeBytes'> {
  let free: number | undefined;
  let size: number | undefined;
  let isAsking = false;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    try {
      const { bsize, bavail, blocks } = await statfs(folder);
      free = bsize * bavail;
      size = bsize * blocks;
    } catch {
      free = undefined;
      size = undefined;
    }
    isAsking = false;
  }

  void ask();
  return {
    storeDiskFreeBytes: () => {
      void ask();
      return free;
    },
    storeDiskSizeBytes: () => size,
  };
}

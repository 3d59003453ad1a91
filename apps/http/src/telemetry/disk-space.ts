import { statfs } from 'node:fs/promises';
import type { GaugeSources } from './gauges.ts';

/**
 * Tells how much room a folder's file system has: what it had when this was last asked, for a disk that hangs must not
 * keep whoever asks waiting; nothing until that is known.
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

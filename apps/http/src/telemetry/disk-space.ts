import { statfs } from 'node:fs/promises';

/** Room on a file system, in bytes. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly sizeBytes: number;
}

/**
 * Tells how much room a folder's file system has: what it had when this was last asked, for a disk that hangs must not
 * keep whoever asks waiting; `undefined` until that is known.
 */
export function watchDiskSpace(folder: string): () => DiskSpace | undefined {
  let known: DiskSpace | undefined;
  let isAsking = false;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    known = await statfs(folder).then(
      ({ bsize, bavail, blocks }) => ({ freeBytes: bsize * bavail, sizeBytes: bsize * blocks }),
      () => undefined,
    );
    isAsking = false;
  }

  void ask();
  return () => {
    void ask();
    return known;
  };
}

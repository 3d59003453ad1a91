import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Options of Node with which a server reports its memory. */
export const REPORT_MEMORY = ['--expose-gc', '--import', fileURLToPath(new URL('./report-memory.ts', import.meta.url))];

export interface Memory {
  /** Bytes in use, inside and outside of the heap. */
  readonly used: number;
  /** Resident memory of the process in bytes. */
  readonly rss: number;
}

/** Returns the memory of a server that was started with `REPORT_MEMORY`. */
export async function memoryOf(server: ChildProcess): Promise<Memory> {
  const response = once(server, 'message');
  server.send('memory');
  const [memory] = await response;
  return memory as Memory;
}

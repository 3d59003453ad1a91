import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Options of Node with which a server tells of its memory. */
export const REPORT_MEMORY = ['--expose-gc', '--import', fileURLToPath(new URL('./report-memory.ts', import.meta.url))];

export interface Memory {
  /** Bytes in use, in the heap and outside. */
  readonly used: number;
  /** Bytes that the process has of the machine. */
  readonly rss: number;
}

/** Asks a server that was started with `REPORT_MEMORY`. */
export async function memoryOf(server: ChildProcess): Promise<Memory> {
  const response = once(server, 'message');
  server.send('memory');
  const [memory] = await response;
  return memory as Memory;
}

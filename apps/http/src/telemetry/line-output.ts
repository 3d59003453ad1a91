import type { Writable } from 'node:stream';

/** The output of log lines. */
export interface LineOutput {
  /** Adds a line, which ends in a line feed; it is written within a tenth of a second. */
  write(line: string): void;
  /** Writes the buffered lines immediately. */
  flush(): void;
  /** Writes everything, and resolves when it has been read, or after `timeoutMs`. */
  end(timeoutMs: number): Promise<void>;
}

/** Buffered lines are written after this time, or at this length, because a write per line would cost more than the line. */
const GATHER_MS = 100;
const GATHER_LENGTH = 16_384;
/** Maximum number of characters that wait for a reader; further lines are dropped, so that the server neither stops nor grows. */
const MAX_WAITING_LENGTH = 4 * 1024 * 1024;

/**
 * Buffers lines and writes them to a stream, such as `process.stdout`.
 *
 * The destination of pino is not used: it writes in Node's thread pool, where a pipe without a reader would keep the
 * process from exiting. A stream writes without blocking.
 *
 * @param onDropped called for each line that is dropped, because the reader is too slow or has closed the stream
 */
export function createLineOutput(stream: Writable, onDropped: () => void): LineOutput {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true; // the reader has closed the stream
  });

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered === '' || isBroken) return;
    const text = gathered;
    gathered = '';
    stream.write(text);
  }

  return {
    flush,
    write: (line) => {
      if (isBroken || stream.writableLength + gathered.length > MAX_WAITING_LENGTH) {
        onDropped();
        return;
      }
      gathered += line;
      if (gathered.length >= GATHER_LENGTH) flush();
      else timer ??= setTimeout(flush, GATHER_MS).unref();
    },
    end: (timeoutMs) =>
      new Promise((resolve) => {
        flush();
        if (isBroken) return resolve();
        const deadline = setTimeout(resolve, timeoutMs);
        stream.write('', () => {
          clearTimeout(deadline);
          resolve();
        });
      }),
  };
}

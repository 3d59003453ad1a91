import type { Writable } from 'node:stream';

/** Where the lines of the log go. */
export interface LineOutput {
  /** Takes a line, which ends in a line feed; whoever reads gets it within a tenth of a second. */
  write(line: string): void;
  /** Hands on at once what was gathered. */
  flush(): void;
  /** Hands on everything, and resolves when it has been read, or when `timeoutMs` are over. */
  end(timeoutMs: number): Promise<void>;
}

/** What is gathered goes out after this time, or when it is so long: a write for each line would cost more than the line. */
const GATHER_MS = 100;
const GATHER_LENGTH = 16_384;
/** Characters that may wait for a reader; then lines are dropped, for the server must neither stop nor grow. */
const MAX_WAITING_LENGTH = 4 * 1024 * 1024;

/**
 * Gathers lines and writes them to a stream, such as `process.stdout`.
 *
 * Not pino's own destination: that writes from Node's thread pool, where a pipe that nobody reads would keep the process
 * from ever ending; a stream writes without blocking.
 *
 * @param onDropped told of each line that is dropped, because nobody read those before or the reader has gone
 */
export function createLineOutput(stream: Writable, onDropped: () => void): LineOutput {
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true; // whoever read has gone
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
        setTimeout(resolve, timeoutMs);
        stream.write('', () => resolve());
      }),
  };
}

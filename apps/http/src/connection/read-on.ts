import type { IncomingMessage } from 'node:http';

/** Bytes of a refused body that are read all the same. */
const MAX_BYTES = 64 * 1024 ** 2;

/**
 * Reads on what is left of a request that was answered before all of it had come, such as one with too large a body: many
 * clients send everything before they look for an answer, and would find a broken connection. Beyond 64 MiB the connection
 * is closed, and so it is when the time for a request is over.
 */
export function readOn(incoming: IncomingMessage): void {
  if (incoming.complete || incoming.destroyed) return;
  let bytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) incoming.socket.destroySoon();
  });
  incoming.resume();
}

import type { IncomingMessage } from 'node:http';

/** Bytes of a rejected body that are still read. */
const MAX_BYTES = 64 * 1024 ** 2;

/**
 * Reads the rest of a request whose response was sent before it had arrived, for example because its body is too large. Many
 * clients send everything before they read the response, and would find a broken connection. The connection is closed after
 * 64 MiB, or when the request times out.
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

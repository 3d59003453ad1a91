/*
 * Loaded into a server before it starts (`--import`, with `--expose-gc`). Responds to any message with the bytes in use
 * after a garbage collection.
 */
const COLLECTIONS = 4;

process.on('message', () => {
  // More than once, because objects with finalizers are freed by a later collection.
  for (let i = 0; i < COLLECTIONS; i++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ used: heapUsed + external, rss });
});
process.channel?.unref(); // so that the channel does not keep the server running

/*
 * Loaded into a server before it starts (`--import`, with `--expose-gc`): answers any message of its parent with the
 * bytes that are in use after a collection.
 */
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ used: heapUsed + external, rss });
});
process.channel?.unref(); // the server stops as it always does

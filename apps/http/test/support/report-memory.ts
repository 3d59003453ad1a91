/*
 * Loaded into a server before it starts (`--import`, with `--expose-gc`): answers any message of its parent with the
 * bytes that are in use after collecting what is not.
 */
const COLLECTIONS = 4;

process.on('message', () => {
  // More than once: what is kept until its finaliser has run goes with a later collection.
  for (let i = 0; i < COLLECTIONS; i++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ used: heapUsed + external, rss });
});
process.channel?.unref(); // the server stops as it always does

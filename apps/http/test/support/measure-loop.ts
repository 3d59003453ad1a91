/*
 * Loaded into a server before it starts (`--import`). Measures the longest work without a yield to the event loop, in CPU
 * time of the thread, so that other load has no effect. Responds to any message with the figure in milliseconds, and starts
 * again.
 */
let longest = 0;
let last = process.threadCpuUsage();

function tick(): void {
  const { user, system } = process.threadCpuUsage(last);
  last = process.threadCpuUsage();
  longest = Math.max(longest, (user + system) / 1000);
  setImmediate(tick).unref();
}

process.on('message', () => {
  process.send?.(longest);
  longest = 0;
});
process.channel?.unref(); // so that the channel does not keep the server running
setTimeout(tick, 500).unref(); // the start does not count

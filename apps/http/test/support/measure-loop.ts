/*
 * Loaded into a server before it starts (`--import`). Between the messages `begin` and `end`, measures the longest work without a
 * yield to the event loop, in CPU time of the thread, so that other load has no effect. Responds to both with the longest work so
 * far, in milliseconds.
 */
let isMeasuring = false;
let longest = 0;
let last = process.threadCpuUsage();

function measure(): void {
  const { user, system } = process.threadCpuUsage(last);
  last = process.threadCpuUsage();
  longest = Math.max(longest, (user + system) / 1000);
}

function tick(): void {
  if (!isMeasuring) return;
  measure();
  setImmediate(tick).unref();
}

process.on('message', (message) => {
  if (message === 'begin') {
    longest = 0;
    last = process.threadCpuUsage();
    isMeasuring = true;
    setImmediate(tick).unref();
  } else {
    measure();
    isMeasuring = false;
  }
  process.send?.(longest);
});
process.channel?.unref(); // so that the channel does not keep the server running

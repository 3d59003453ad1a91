/*
 * Loaded into a server before it starts (`--import`): measures the longest time that it worked without letting other
 * requests in. Of its thread's CPU time, so that a machine busy with other things makes no difference. Any message asks for the
 * figure in milliseconds, and begins anew.
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
process.channel?.unref(); // the server stops as it always does
setTimeout(tick, 500).unref(); // what starting takes does not count

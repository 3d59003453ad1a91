/** Milliseconds that this thread has computed for, which other programs of the machine do not lengthen. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

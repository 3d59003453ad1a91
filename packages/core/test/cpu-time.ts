/** Milliseconds that this thread has computed for, which other programs of the machine do not lengthen. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The most milliseconds that work on a JSON text is quick in: 200, or where the machine is slow, five times its JSON.parse. */
export function quickCpuMs(json: string): number {
  const begin = cpuMs();
  JSON.parse(json);
  return Math.max(200, 5 * (cpuMs() - begin));
}

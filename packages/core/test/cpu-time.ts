/** Milliseconds that this thread has computed for, which other programs of the machine do not lengthen. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Milliseconds that work computes for, the least of three times: whatever disturbs a measurement only adds to it. */
export function leastCpuMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const begin = cpuMs();
    work();
    return cpuMs() - begin;
  });
  return Math.min(...times);
}

/** The most milliseconds that work on a JSON text is quick in: 200, or where the machine is slow, five times its JSON.parse. */
export function quickCpuMs(json: string): number {
  const begin = cpuMs();
  JSON.parse(json);
  return Math.max(200, 5 * (cpuMs() - begin));
}

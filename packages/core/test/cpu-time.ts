/** Returns the CPU time of this thread in milliseconds, which does not include other programs. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** Returns the CPU time of work in milliseconds: the least of three runs, because disturbances can only increase it. */
export function leastCpuMs(work: () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const begin = cpuMs();
    work();
    return cpuMs() - begin;
  });
  return Math.min(...times);
}

/** Returns the CPU time limit for fast work on a JSON text: 200 ms, or five times its JSON.parse on a slow machine. */
export function quickCpuMs(json: string): number {
  const begin = cpuMs();
  JSON.parse(json);
  return Math.max(200, 5 * (cpuMs() - begin));
}

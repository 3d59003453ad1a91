import { median } from '../statistics.ts';
import type { Subject } from './subject.ts';

/** The elapsed time and the CPU time of some work, in milliseconds. */
export interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Measures some work. The CPU time is that of this process and of the processes of the store's database. */
export async function costOf({ countCpuMs = () => 0 }: Subject, work: () => Promise<unknown>): Promise<Cost> {
  const [begin, cpu, others] = [performance.now(), process.cpuUsage(), countCpuMs()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - begin, cpuMs: (user + system) / 1_000 + countCpuMs() - others };
}

export const leastOf = (costs: readonly Cost[]): Cost => reduce(costs, (figures) => Math.min(...figures));
export const medianOf = (costs: readonly Cost[]): Cost => reduce(costs, median);
export const sumOf = (costs: readonly Cost[]): Cost =>
  reduce(costs, (figures) => figures.reduce((sum, figure) => sum + figure, 0));

function reduce(costs: readonly Cost[], toOne: (figures: readonly number[]) => number): Cost {
  return { ms: toOne(costs.map(({ ms }) => ms)), cpuMs: toOne(costs.map(({ cpuMs }) => cpuMs)) };
}

import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { isPinned } from './processes.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGib: number;
  readonly platform: string;
  readonly node: string;
  /** What else it had to do: its load in the minute before. */
  readonly loadBefore: number;
  /** Whether servers and clients had cores of their own. */
  readonly isPinned: boolean;
}

export function describeMachine(): Machine {
  return {
    cores: availableParallelism(),
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: Math.round(totalmem() / 1024 ** 3),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    isPinned,
  };
}

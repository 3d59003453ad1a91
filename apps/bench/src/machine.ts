import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { isPinned } from './processes.ts';

/** The machine on which the figures were measured. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGib: number;
  readonly platform: string;
  readonly node: string;
  /** The load average of the minute before the run. */
  readonly loadBefore: number;
  /** True if servers and clients ran on separate cores. */
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

import type { Machine } from './machine.ts';
import type { Result } from './result.ts';
import { tableOf } from './table.ts';

/** The report of a run, which is the JSON file. */
export interface Report {
  /** The day, in UTC. */
  readonly date: string;
  /** True for a quick run, whose figures mean nothing. */
  readonly isQuick: boolean;
  readonly machine: Machine;
  readonly results: readonly Result[];
}

/** Returns the report as Markdown: the date, the machine and the table. */
export function textOf({ date, machine, results }: Report): string {
  const { cores, model, memoryGib, platform, node, loadBefore } = machine;
  const where = `${cores} cores (${model}), ${memoryGib} GiB, ${platform}, Node ${node.slice(1)}`;
  return `Measured on ${date}: ${where}; load in the minute before: ${loadBefore}.\n\n${tableOf(results)}`;
}

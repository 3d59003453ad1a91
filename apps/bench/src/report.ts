import type { Machine } from './machine.ts';
import type { Result } from './result.ts';
import { tableOf } from './table.ts';

/** All that a run has found out: the JSON file. */
export interface Report {
  /** The day, in UTC. */
  readonly date: string;
  /** Whether it only shows that everything runs. */
  readonly isQuick: boolean;
  readonly machine: Machine;
  readonly results: readonly Result[];
}

/** The report as it stands in a document: when, on what, and the table. */
export function textOf({ date, machine, results }: Report): string {
  const { cores, model, memoryGib, platform, node, loadBefore } = machine;
  const where = `${cores} cores (${model}), ${memoryGib} GiB, ${platform}, Node ${node.slice(1)}`;
  return `Measured on ${date}: ${where}; load in the minute before: ${loadBefore}.\n\n${tableOf(results)}`;
}

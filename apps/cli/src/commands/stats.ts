import type { StatsQuery, StatsRow } from '@event-tracker/core';
import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { parseWholeNumber } from '../command-line/numbers.ts';
import { createUsageError } from '../command-line/usage-error.ts';
import { addFormat, createPrinter, type FormatOptions, type TableLayout } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface StatsOptions extends FilterOptions, FormatOptions {
  readonly metric: string;
  readonly interval?: string;
  readonly timeZone?: string;
  readonly groupBy?: string;
  readonly top?: number;
}

const METRIC = /^(?:count|\w+:payload\.[^=]*)$/;

/** Returns a layout with the columns that the options ask for. */
function layoutOf({ interval, groupBy }: StatsOptions): TableLayout<StatsRow> {
  const columns = [
    ...(interval === undefined ? [] : [{ name: 'BUCKET', cellOf: ({ bucket }: StatsRow) => bucket ?? '' }]),
    ...(groupBy === undefined ? [] : [{ name: 'GROUP', cellOf: groupOf }]),
    { name: 'VALUE', cellOf: ({ value }: StatsRow) => String(value ?? '') },
  ];
  return {
    header: columns.map(({ name }) => name),
    numbers: ['VALUE'],
    cellsOf: (row) => columns.map(({ cellOf }) => cellOf(row)),
  };
}

function groupOf({ group, other }: StatsRow): string {
  return other ? '(other)' : String(group ?? '');
}

export function defineStats(program: Command): void {
  const command = program.command('stats').description('Counts the matching events, or computes a metric of them.');
  addFormat(addFilters(command))
    .option('--metric <metric>', 'count, or sum:payload.PATH; also unique, avg, min, max, p50, p90, p95, p99', 'count')
    .option('--interval <interval>', 'a row for each 1s, 10s, 1m, 5m, 15m, 30m, 1h, 6h, 1d, 1w, 1M, 3M or 1y')
    .option('--time-zone <zone>', 'IANA time zone of the intervals, such as Europe/Paris (default: UTC)')
    .option('--group-by <name>', 'a row for each event_type, or for each value at payload.PATH')
    .option('--top <count>', 'number of groups, the greatest first (default: 10)', parseWholeNumber)
    .action(async (args: string[], options: StatsOptions, self: Command) => {
      const { metric, interval, timeZone, groupBy, top } = options;
      const misplaced = args.find((arg) => METRIC.test(arg));
      if (misplaced !== undefined)
        throw createUsageError(`${misplaced}: expected a filter NAME=VALUE; for a metric, write --metric ${misplaced}`);
      const query: StatsQuery = {
        ...(await readFilters(args, options)),
        metric,
        interval: interval as StatsQuery['interval'], // the client refuses other words
        time_zone: timeZone,
        group_by: groupBy,
        top,
      };
      const tracker = await openTracker(self);
      await createPrinter(layoutOf(options), options)(await tracker.stats(query));
    });
}

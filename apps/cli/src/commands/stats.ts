import type { StatsQuery, StatsRow } from '@event-tracker/core';
import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { parseWholeNumber } from '../command-line/numbers.ts';
import { addFormat, createPrinter, type FormatOptions, type TableLayout } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface StatsOptions extends FilterOptions, FormatOptions {
  readonly metric: string;
  readonly interval?: string;
  readonly timeZone?: string;
  readonly groupBy?: string;
  readonly top?: number;
}

const LAYOUT: TableLayout<StatsRow> = {
  header: ['BUCKET', 'GROUP', 'VALUE'],
  cellsOf: ({ bucket, group, value, other }) => [
    bucket ?? '',
    other ? '(other)' : group === null ? '' : String(group),
    value === null ? '' : String(value),
  ],
};

export function defineStats(program: Command): void {
  const command = program.command('stats').description('Counts the matching events, or computes a metric of them.');
  addFormat(addFilters(command))
    .option('--metric <metric>', 'count, or sum:payload.PATH; also unique, avg, min, max, p50, p90, p95, p99', 'count')
    .option('--interval <interval>', 'one row for each 1m, 5m, 1h, 1d, 1w, 1M or 1y')
    .option('--time-zone <zone>', 'IANA time zone of the intervals, such as Europe/Paris (default: UTC)')
    .option('--group-by <name>', 'one row for each event_type, or value at payload.PATH')
    .option('--top <count>', 'number of groups, the greatest first (default: 10)', parseWholeNumber)
    .action(async (args: string[], options: StatsOptions, self: Command) => {
      const { metric, interval, timeZone, groupBy, top } = options;
      const query: StatsQuery = {
        ...(await readFilters(args, options)),
        metric,
        interval: interval as StatsQuery['interval'], // the client refuses other words
        time_zone: timeZone,
        group_by: groupBy,
        top,
      };
      const tracker = await openTracker(self);
      await createPrinter(LAYOUT, options)(await tracker.stats(query));
    });
}

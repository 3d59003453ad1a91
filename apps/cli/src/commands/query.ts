import { type Command, Option } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { parseWholeNumber } from '../command-line/numbers.ts';
import { writeHint } from '../output/hint.ts';
import { addFormat, createPrinter, EVENT_LAYOUT, type FormatOptions } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface QueryOptions extends FilterOptions, FormatOptions {
  readonly order: 'asc' | 'desc';
  readonly limit?: number;
}

export function defineQuery(program: Command): void {
  const command = program.command('query').description('Prints the matching events, the oldest first.');
  addFormat(addFilters(command))
    .addOption(new Option('--order <order>', 'by time').choices(['asc', 'desc']).default('asc'))
    .option('--limit <count>', 'greatest number of events, at most 10000 (default: all)', parseWholeNumber)
    .action(async (args: string[], { order, limit, ...options }: QueryOptions, self: Command) => {
      const filters = await readFilters(args, options);
      const tracker = await openTracker(self);
      const print = createPrinter(EVENT_LAYOUT, options);
      let found = 0;
      for await (const events of tracker.queryPages({ ...filters, order, limit })) {
        await print(events);
        found += events.length;
      }
      if (found === 0) writeHint('no event matches');
    });
}

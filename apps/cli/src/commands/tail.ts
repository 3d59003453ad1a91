import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { writeHint } from '../output/hint.ts';
import { exitWithPipeReaders } from '../output/pipe-readers.ts';
import { addFormat, createPrinter, EVENT_LAYOUT, type FormatOptions } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface TailOptions extends FilterOptions, FormatOptions {
  readonly after: string;
}

export function defineTail(program: Command): void {
  const command = program
    .command('tail')
    .description('Prints matching events as they arrive, until it is interrupted.');
  addFormat(addFilters(command))
    .option('--after <place>', 'where to begin: now, or start, which prints all stored events first', 'now')
    .action(async (args: string[], { after, ...options }: TailOptions, self: Command) => {
      const filters = await readFilters(args, options);
      const tracker = await openTracker(self);
      const print = createPrinter(EVENT_LAYOUT, options);
      exitWithPipeReaders();
      writeHint('waits for events; Ctrl-C ends it');
      for await (const { event } of tracker.follow(filters, { after })) if (event) await print([event]);
    });
}

import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { addFormat, createPrinter, type FormatOptions, type TableLayout } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface DeleteOptions extends FilterOptions, FormatOptions {
  readonly dryRun?: boolean;
}

export function defineDelete(program: Command): void {
  const command = program
    .command('delete')
    .description('Deletes all matching events; at least one filter is required.');
  addFormat(addFilters(command))
    .option('--dry-run', 'only count the matching events')
    .action(async (args: string[], { dryRun = false, ...options }: DeleteOptions, self: Command) => {
      const filters = await readFilters(args, options);
      const tracker = await openTracker(self);
      const count = await tracker.deleteAll(filters, { dryRun });
      const name = dryRun ? 'matched' : 'deleted'; // as in the API
      const layout: TableLayout<Readonly<Record<string, number>>> = {
        header: [name.toUpperCase()],
        cellsOf: (row) => [String(row[name])],
      };
      await createPrinter(layout, options)([{ [name]: count }]);
    });
}

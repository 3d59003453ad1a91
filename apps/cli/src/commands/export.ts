import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { toNdjson } from '../output/printer.ts';
import { createProgress } from '../output/progress.ts';
import { writeOutput } from '../output/standard-output.ts';
import { openTracker } from '../server/open-tracker.ts';

export function defineExport(program: Command): void {
  const command = program.command('export').description('Writes all matching events as NDJSON, the oldest first.');
  addFilters(command).action(async (args: string[], options: FilterOptions, self: Command) => {
    const filters = await readFilters(args, options);
    const tracker = await openTracker(self);
    const progress = createProgress('exported', { isShown: !process.stdout.isTTY });
    for await (const events of tracker.queryPages(filters)) {
      await writeOutput(toNdjson(events));
      progress.add(events.length);
    }
    progress.end();
  });
}

import type { Command } from 'commander';
import { EXIT_CODES } from '../command-line/exit-codes.ts';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { parseCount } from '../command-line/numbers.ts';
import { addFormat, type FormatOptions } from '../output/printer.ts';
import { createProgress } from '../output/progress.ts';
import { openTracker } from '../server/open-tracker.ts';

interface CheckOptions extends FilterOptions, FormatOptions {
  readonly eventType?: string;
  readonly limit?: number;
}

const RULES = `
login.json is for events of the type login, order.*.json for all types that
begin with order. The exit code is 1 if an event does not match.`;

export function defineSchemaCheck(schema: Command): void {
  const command = schema
    .command('check')
    .description('Counts the stored events that do not match a JSON Schema, the newest first.')
    .argument('<file>', 'schema, as in the SCHEMAS folder of a server');
  addFormat(addFilters(command, 'payload.user_id=7'))
    .option('--event-type <type>', 'event type, or a prefix such as order.* (default: by the name of the file)')
    .option('--limit <count>', 'greatest number of events to check (default: all)', parseCount)
    .addHelpText('after', RULES)
    .action(async (file: string, args: string[], options: CheckOptions, self: Command) => {
      const { openSchema } = await import('../schema/open-schema.ts');
      const { checkEvents } = await import('../schema/check-events.ts');
      const { printReport } = await import('../schema/print-report.ts');
      const { limit } = options;
      const schema = await openSchema(file, options.eventType);
      const filters = await readFilters(args, options);
      const tracker = await openTracker(self);
      const progress = createProgress('checked');
      const report = await checkEvents(tracker, { schema, filters, limit, onProgress: progress.add }).finally(() => {
        progress.end();
        schema.close();
      });
      await printReport(report, options);
      if (report.failing > 0) process.exitCode = EXIT_CODES.refused;
    });
}

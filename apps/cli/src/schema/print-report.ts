import { createPrinter, type FormatOptions, isTable, type TableLayout, toNdjson } from '../output/printer.ts';
import { writeOutput } from '../output/standard-output.ts';
import { toVisibleText } from '../output/visible-text.ts';
import type { CheckReport } from './check-events.ts';
import { type FailureGroup, MAX_GROUPS } from './failure-groups.ts';

interface Summary {
  readonly schema: string;
  readonly event_type: string;
  readonly checked: number;
  readonly passing: number;
  readonly failing: number;
}

/** Greatest number of places in a table. */
const MAX_ROWS = 20;

const SUMMARY: TableLayout<Summary> = {
  header: ['SCHEMA', 'EVENT_TYPE', 'CHECKED', 'PASSING', 'FAILING'],
  cellsOf: ({ schema, event_type, checked, passing, failing }) => [
    schema,
    event_type,
    ...[checked, passing, failing].map(String),
  ],
};

const GROUPS: TableLayout<FailureGroup> = {
  header: ['FAILING', 'POINTER', 'KEYWORD', 'MESSAGE'],
  cellsOf: ({ failing, pointer, keyword, examples }) => [String(failing), pointer, keyword, examples[0]?.message ?? ''],
};

const EXAMPLES: TableLayout<FailureGroup['examples'][number]> = {
  header: ['EXAMPLE', 'TIMESTAMP', 'POINTER', 'MESSAGE'],
  cellsOf: ({ id, timestamp, pointer, message }) => [id, timestamp, pointer, message],
};

/** Prints the numbers of events, the places at which events fail, and examples; on standard error what that leaves out. */
export async function printReport(report: CheckReport, options: FormatOptions): Promise<void> {
  const { file: schema, eventType: event_type, checked, failing, groups, isCut } = report;
  await createPrinter(SUMMARY, options)([{ schema, event_type, checked, passing: checked - failing, failing }]);
  if (!isTable(options)) {
    await writeOutput(toNdjson(groups));
  } else if (groups.length > 0) {
    const shown = groups.slice(0, MAX_ROWS);
    await writeOutput('\n');
    await createPrinter(GROUPS, options)(shown);
    await writeOutput('\n');
    await createPrinter(EXAMPLES, options)(shown.flatMap(({ examples }) => examples));
    if (groups.length > MAX_ROWS)
      note(`events fail at ${groups.length - MAX_ROWS} more places; --format ndjson prints all`);
  }
  if (checked === 0) note(`no event of the type ${toVisibleText(event_type)} matches, so nothing was checked`);
  if (isCut) note(`events fail at more than ${MAX_GROUPS} places; the others are not listed`);
}

function note(text: string): void {
  process.stderr.write(`event-tracker: ${text}\n`);
}

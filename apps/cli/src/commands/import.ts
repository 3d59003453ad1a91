import { appendFileSync, writeFileSync } from 'node:fs';
import type { EventTrackerClient } from '@event-tracker/client';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { createInputError } from '../command-line/input-error.ts';
import { createUsageError } from '../command-line/usage-error.ts';
import { FILE_FORMATS, type FileFormat, TIME_FORMATS, type TimeFormat } from '../import/formats.ts';
import type { Refused } from '../import/import-events.ts';
import type { Item } from '../import/item.ts';
import { addFormat, createPrinter, type FormatOptions, type TableLayout } from '../output/printer.ts';
import { createProgress } from '../output/progress.ts';
import { keepTrying } from '../server/keep-trying.ts';
import { openTracker } from '../server/open-tracker.ts';

/** Where refused items go; undefined if the first one ends the import. */
type SkipFile = string | undefined;

interface ImportOptions extends FormatOptions {
  readonly from?: FileFormat;
  readonly map?: readonly string[];
  readonly eventType?: string;
  readonly timeFormat: TimeFormat;
  readonly timeZone?: string;
  readonly onError?: { readonly skipFile: SkipFile };
}

/** Formats by the end of a file name. */
const EXTENSIONS: Readonly<Record<string, FileFormat>> = {
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  json: 'json',
  csv: 'csv',
};
const NAME = /\.(\w+)(?:\.(?:gz|zst))?$/;
/** An import waits for a server that restarts, and reports that it waits. */
const RETRY_FOR_MS = 10 * 60_000;

const LAYOUT: TableLayout<{ readonly stored: number; readonly duplicates: number; readonly refused: number }> = {
  header: ['STORED', 'DUPLICATES', 'REFUSED'],
  cellsOf: ({ stored, duplicates, refused }) => [String(stored), String(duplicates), String(refused)],
};

export function defineImport(program: Command): void {
  const command = program
    .command('import')
    .description('Stores the events of a file. To continue or repeat it, run it again.');
  addFormat(command)
    .argument('<file>', 'NDJSON, JSON or CSV, also as gzip or zstd; - reads standard input')
    .addOption(new Option('--from <format>', 'default: by the name of the file, else ndjson').choices(FILE_FORMATS))
    .option('--map <members>', 'columns of CSV: event_type=COLUMN,payload.amount:number=COLUMN; repeatable', collect)
    .option('--event-type <type>', 'the type of events that have none')
    .addOption(new Option('--time-format <format>', 'format of timestamps').choices(TIME_FORMATS).default('rfc3339'))
    .option('--time-zone <zone>', 'IANA time zone of the time formats ymd, dmy and mdy')
    .option('--on-error <action>', 'stop (default), or skip=FILE, which lists refused items in a file', parseOnError)
    .action(async (file: string, options: ImportOptions, self: Command) => {
      const { openInput } = await import('../import/open-input.ts');
      const { createTimeReader } = await import('../import/time-format.ts');
      const { importEvents } = await import('../import/import-events.ts');
      const format = options.from ?? formatOf(file);
      const skipFile = options.onError?.skipFile;
      if (options.map && format !== 'csv') throw createUsageError('--map: only CSV has columns');
      const readTime = createTimeReader(options.timeFormat, options.timeZone);
      const tracker = await openTracker(self);
      const input = openInput(file);
      if (skipFile !== undefined) writeFileSync(skipFile, '');
      const progress = createProgress('imported', { doneShare: input.doneShare });
      const waiting: Pick<EventTrackerClient, 'submitAll'> = {
        submitAll: (events) => keepTrying('server', () => tracker.submitAll(events), RETRY_FOR_MS),
      };
      const result = await importEvents(waiting, {
        items: await readItems(format, input.texts, options.map ?? []),
        readTime,
        eventType: options.eventType,
        onRefused: (refused) => handleRefused(file, refused, skipFile),
        onProgress: progress.add,
      }).finally(progress.end);
      await createPrinter(LAYOUT, options)([result]);
    });
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function parseOnError(text: string): ImportOptions['onError'] {
  if (text === 'stop') return { skipFile: undefined };
  const [, skipFile] = /^skip=(.+)$/.exec(text) ?? [];
  if (skipFile === undefined) throw new InvalidArgumentError('expected stop or skip=FILE');
  return { skipFile };
}

function formatOf(file: string): FileFormat {
  if (file === '-') return 'ndjson';
  const [, extension = ''] = NAME.exec(file) ?? [];
  const format = EXTENSIONS[extension.toLowerCase()];
  if (!format) throw createUsageError(`${file}: the name does not show the format; write --from ndjson, json or csv`);
  return format;
}

async function readItems(
  format: FileFormat,
  texts: AsyncIterable<string>,
  maps: readonly string[],
): Promise<AsyncIterable<Item>> {
  if (format === 'csv') {
    const [{ readCsv }, { parseMapping }] = await Promise.all([
      import('../import/read-csv.ts'),
      import('../import/csv-mapping.ts'),
    ]);
    return readCsv(texts, maps.flatMap(parseMapping));
  }
  const { readJson, readNdjson } = await import('../import/read-json.ts');
  return format === 'json' ? readJson(texts) : readNdjson(texts);
}

function handleRefused(file: string, refused: Refused, skipFile: SkipFile): void {
  const { place, problem } = refused;
  if (skipFile === undefined)
    throw createInputError(
      `${file}: ${place}: ${problem}; all before it is stored. After a correction, import the file again`,
    );
  process.stderr.write(`event-tracker: ${file}: ${place}: ${problem}\n`);
  appendFileSync(skipFile, `${JSON.stringify(refused)}\n`);
}

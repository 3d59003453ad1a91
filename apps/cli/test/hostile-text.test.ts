import { describe, expect, test } from 'vitest';
import {
  expectBrief,
  exportedParsers,
  HOSTILE_LENGTH,
  hostileTexts,
  type Parser,
  repeat,
  timeOf,
} from '../../../packages/core/test/hostile-text.ts';
import { readFilters } from '../src/command-line/filters.ts';
import { parseCount, parseWholeNumber } from '../src/command-line/numbers.ts';
import { parseTimeArgument } from '../src/command-line/time-argument.ts';
import { parseWebhookSecret } from '../src/forward/webhook-signature.ts';
import { findColumns, parseMapping, readCells } from '../src/import/csv-mapping.ts';
import { createDerivedIds } from '../src/import/derived-ids.ts';
import { TIME_FORMATS } from '../src/import/formats.ts';
import { readCsv } from '../src/import/read-csv.ts';
import { readJson, readNdjson } from '../src/import/read-json.ts';
import { createTimeReader } from '../src/import/time-format.ts';
import { createTable } from '../src/output/table.ts';
import { toVisibleText } from '../src/output/visible-text.ts';

async function* inPieces(text: string): AsyncGenerator<string, void, void> {
  for (let at = 0; at < text.length; at += 1_000) yield text.slice(at, at + 1_000);
}

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

/** Every function that reads an argument, or a part of a file that someone else wrote. */
const PARSERS: Readonly<Record<string, Parser>> = {
  parseTimeArgument: (text) => parseTimeArgument(text),
  parseWholeNumber,
  parseCount,
  readFilters: (text) => readFilters([text, `event_type=${text}`, `payload.${text}`, `payload."${text}"=1`], {}),
  parseMapping,
  findColumns: (text) => findColumns([text, `payload.${text}`], []),
  readCells: (text) => {
    for (const type of ['text', 'number', 'boolean', 'json'])
      readCells([text], findColumns(['column'], parseMapping(`payload.a:${type}=column`)));
  },
  createTimeReader: (text) => {
    for (const format of TIME_FORMATS)
      createTimeReader(format, /^[ymd]{3}$/.test(format) ? 'Europe/Paris' : undefined)(text);
  },
  'the time zone of createTimeReader': (text) => createTimeReader('ymd', text),
  createDerivedIds: (text) => createDerivedIds()(text),
  readJson: (text) => readAll(readJson(inPieces(text))),
  parseWebhookSecret,
  toVisibleText,
  createTable: (text) => createTable(['A'])([[text]]),
};

/** Functions with a text that the program itself or its user writes: paths, names and messages. */
const OTHERS: ReadonlySet<string> = new Set([
  ...['createInputError', 'createUsageError', 'readText', 'runProgram', 'runCommand', 'writeOutput', 'writeHint'],
  ...[
    'createProgress',
    'describeProgress',
    'openInput',
    'openSchema',
    'requireSchemaType',
    'keepTrying',
    'readKeyFile',
  ],
  ...['openStateFile', 'createWebhookTarget'],
]);

/** Functions that read records of any number, and pause between them. */
const STREAMS: Readonly<Record<string, (texts: AsyncIterable<string>) => AsyncIterable<unknown>>> = {
  readNdjson,
  readCsv: (texts) => readCsv(texts, []),
};

/** Pieces of mappings, filters and times. */
const PIECES = [',payload', ',payload.a=', 'payload.a=b,', '.a', ':number', '"a="', '1.1.', '1h'];
const PIECES_OF_FILES = ['a', ',', '"', '"",', ',"', '\n', '\r\n', '\n"'];

describe('64 KiB of hostile text', () => {
  test.each(Object.entries(PARSERS))('occupies %s for less than 20 ms', { timeout: 120_000 }, (_, parse) =>
    expectBrief(parse, hostileTexts(PIECES)),
  );

  test('occupies a mapping of many columns for less than 20 ms', () => {
    const count = Math.floor(HOSTILE_LENGTH / 20);
    const columns = Array.from({ length: count }, (_, n) => `payload.c${n}`);
    const deep = `payload${repeat('.a')}`;
    return expectBrief(
      ({ header, mapping }) => readCells([], findColumns(header, parseMapping(mapping))),
      [
        { header: columns, mapping: columns.map((column) => `${column}=${column}`).join() },
        { header: Array(count).fill('a'), mapping: 'payload=a' },
        { header: ['a'], mapping: Array(count).fill('payload.a=a').join() },
        { header: ['a'], mapping: `${deep}=a` },
      ],
    );
  });

  test.each(Object.entries(STREAMS))('is read by %s in a time in proportion to its length', async (_, read) => {
    for (const piece of PIECES_OF_FILES) {
      const text = repeat(piece);
      const timesOf = (given: string) => leastTimeOf(() => readAll(read(inPieces(`timestamp,payload.a\n${given}`))));
      const [short, long] = [await timesOf(text.slice(0, text.length / 8)), await timesOf(text)];
      // Quadratic work takes 64 times as long. The lower bound is for times that are too short to be compared.
      expect(long, piece).toBeLessThan(Math.max(20, 24 * short));
    }
  });
});

async function leastTimeOf(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 3; run++) times.push(await timeOf(work, undefined));
  return Math.min(...times);
}

test('the list contains every exported function that receives a text first', () => {
  const names = exportedParsers(['apps/cli/src/**/*.ts']);
  expect(names.length).toBeGreaterThan(20);
  const isListed = (name: string) => [PARSERS, STREAMS].some((list) => Object.hasOwn(list, name)) || OTHERS.has(name);
  expect(names.filter((name) => !isListed(name))).toEqual([]);
});

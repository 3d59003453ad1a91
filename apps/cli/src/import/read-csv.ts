import { pipeline, Readable } from 'node:stream';
import { type Info, parse } from 'csv-parse';
import { createInputError } from '../command-line/input-error.ts';
import { findColumns, type MappedMember, readCells } from './csv-mapping.ts';
import type { Item } from './item.ts';

/** Longest record in characters: more than an event can have, less than a file without its closing quote. */
const MAX_RECORD_LENGTH = 8 * 1024 ** 2;

interface ParsedRecord {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: Pick<Info, 'lines'>;
}

/**
 * Reads CSV (RFC 4180) whose first record names the columns.
 *
 * @throws UsageError if the columns do not fit the mapping, InputError if quotes are not closed properly
 */
export async function* readCsv(
  texts: AsyncIterable<string>,
  mapping: readonly MappedMember[],
): AsyncGenerator<Item, void, void> {
  const options = { info: true, raw: true, relax_column_count: true, skip_empty_lines: true } as const;
  const parser = parse({ ...options, max_record_size: MAX_RECORD_LENGTH });
  // The callback is required; the same error ends the loop.
  const records = pipeline(Readable.from(texts), parser, () => {}) as AsyncIterable<ParsedRecord>;
  let header: readonly string[] | undefined;
  let readers: ReturnType<typeof findColumns> = [];
  try {
    for await (const { record, raw, info } of records) {
      if (header === undefined) {
        header = record;
        readers = findColumns(header, mapping);
        continue;
      }
      const text = raw.trimEnd();
      const read =
        record.length === header.length
          ? readCells(record, readers)
          : { problem: `expected ${header.length} cells as in the first line, found ${record.length}` };
      yield { place: `line ${info.lines}`, text, read };
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('CSV_'))
      throw createInputError(cause.message, { cause });
    throw cause;
  }
}

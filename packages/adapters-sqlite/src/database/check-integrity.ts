import { statSync } from 'node:fs';
import { createStoreUnavailableError } from '@event-tracker/core/store';
import type { Database } from './database.ts';

/** Files up to this size are checked page by page, which needs about a third of a second. */
const MAX_CHECKED_BYTES = 256 * 1024 ** 2;

/** The B-trees of the table and its indexes, each with its sort columns. */
const TREES = [
  { index: '', columns: ['sequence'] },
  { index: 'INDEXED BY sqlite_autoindex_events_1', columns: ['id'] },
  { index: 'INDEXED BY events_by_time', columns: ['epoch_nanoseconds', 'id'] },
  { index: 'INDEXED BY events_by_type_and_time', columns: ['event_type', 'epoch_nanoseconds', 'id'] },
];

/**
 * Checks a file for damage. Checks every page of a small file. In a large file, checks only both ends of the table and of each
 * index, which needs little time and detects a truncated or partly overwritten file; SQLite reports other damage when it reads
 * the damaged page.
 *
 * @param everyPage also checks every page of a large file
 * @throws StoreUnavailableError
 */
export function checkIntegrity(database: Database, path: string, { everyPage }: { readonly everyPage: boolean }): void {
  const problem = everyPage || statSync(path).size <= MAX_CHECKED_BYTES ? checkAll(database) : checkEnds(database);
  if (problem !== undefined) throw createStoreUnavailableError(`${path} is damaged: ${problem}`);
}

function checkAll(database: Database): string | undefined {
  const [result] = database.statement('PRAGMA quick_check(1)').get() as unknown as [string];
  return result === 'ok' ? undefined : result.replaceAll('\n', ' ');
}

export function checkEnds(database: Database): string | undefined {
  const ends = TREES.flatMap((tree) =>
    ['ASC', 'DESC'].map((order) => database.statement(selectEnd(tree, order)).get()),
  );
  const missing = ends.filter((end) => end === undefined).length;
  return missing === 0 || missing === ends.length ? undefined : 'an index does not match its table';
}

function selectEnd({ index, columns }: (typeof TREES)[number], order: string): string {
  const orderBy = columns.map((column) => `${column} ${order}`).join(', ');
  return `SELECT sequence, payload FROM events ${index} ORDER BY ${orderBy} LIMIT 1`;
}

import { crc32 } from 'node:zlib';
import type { EventId } from '@event-tracker/core';
import { decideAppends, haveSameContent } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { isUniqueViolation } from './database/sqlite-error.ts';
import { inTransaction } from './database/transaction.ts';
import { findStoredRow } from './get.ts';
import { idBytes } from './sql/event-ids.ts';
import { type EventRow, toEvent, withoutCheck } from './sql/event-row.ts';
import { addToTotals, type CountedEvent } from './totals/change-totals.ts';

/** The outcome of one batch. */
export type BatchReply =
  /** The stored event of each duplicate, by its index in the batch. */
  { readonly duplicates: ReadonlyMap<number, EventRow> } | { readonly conflicts: readonly EventId[] };

/**
 * Stores batches in one transaction, which is synced to disk before the function returns: the port's `append`.
 *
 * @returns the outcome of each batch; `undefined` in the usual case, in which every event was new
 */
export function appendBatches(
  database: Database,
  batches: readonly (readonly EventRow[])[],
): readonly BatchReply[] | undefined {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const rows = batches.flat();
    const count = insertUntilKnown(database, rows);
    if (count === rows.length) {
      addToTotals(database, rows.map(toCounted));
      return undefined;
    }
    const candidates = batches.map((batch) => batch.map(toCandidate));
    const { inserted, known } = insertRest(database, candidates.flat(), count);
    const { outcomes, fresh } = decideAppends(candidates, known, isSame);
    applyDecision(database, inserted, new Set(fresh));
    addToTotals(
      database,
      fresh.map(({ row }) => toCounted(row)),
    );
    return outcomes.map((outcome) =>
      'conflicts' in outcome ? outcome : { duplicates: duplicatesAmong(outcome.results) },
    );
  });
}

function toCounted([, event_type, epochNanoseconds]: EventRow): CountedEvent {
  return [event_type, epochNanoseconds];
}

/** Inserts rows up to the first whose id is already stored, and returns their number. */
function insertUntilKnown(database: Database, rows: readonly EventRow[]): number {
  let count = 0;
  while (rows.length - count >= ROWS_PER_STATEMENT) {
    if (!insertMany(database, rows.slice(count, count + ROWS_PER_STATEMENT))) break;
    count += ROWS_PER_STATEMENT;
  }
  for (const row of rows.slice(count)) {
    if (!insertRow(database, row)) break;
    count++;
  }
  return count;
}

/** A row to insert, or a stored row. */
interface Candidate {
  readonly id: EventId;
  readonly row: EventRow;
}

function toCandidate(row: EventRow): Candidate {
  return { id: row[0], row };
}

/**
 * Inserts each further row whose id is not stored yet, and looks up the stored row of each other id.
 *
 * @param count the number of rows that have been inserted
 */
function insertRest(database: Database, candidates: readonly Candidate[], count: number) {
  const inserted = new Map(candidates.slice(0, count).map((candidate) => [candidate.id, candidate]));
  const known = new Map<EventId, Candidate>();
  for (const candidate of candidates.slice(count)) {
    if (insertRow(database, candidate.row)) {
      inserted.set(candidate.id, candidate);
    } else if (!inserted.has(candidate.id) && !known.has(candidate.id)) {
      const row = findStoredRow(database, candidate.id);
      // A damaged event is a conflict of one batch, and must not make the batches of others fail.
      if (row) known.set(candidate.id, toCandidate(withoutCheck(row)));
    }
  }
  return { inserted, known };
}

/** Deletes the inserted rows of conflicting batches, and inserts the rows whose ids those had occupied. */
function applyDecision(
  database: Database,
  inserted: ReadonlyMap<EventId, Candidate>,
  fresh: ReadonlySet<Candidate>,
): void {
  for (const candidate of inserted.values()) if (!fresh.has(candidate)) database.statement(DELETE).run(candidate.id);
  for (const candidate of fresh) if (inserted.get(candidate.id) !== candidate) insertRow(database, candidate.row);
}

/**
 * Inserts `ROWS_PER_STATEMENT` rows, which costs a tenth less than one by one.
 *
 * @returns false if an id is already stored or repeated; then no row is inserted
 */
function insertMany(database: Database, rows: readonly EventRow[]): boolean {
  const values = rows.flatMap((row) => [...row, crc32(row[3])]);
  try {
    database.statement(INSERT_MANY).run(...values);
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false; // SQLite has undone the statement, but not the transaction
    throw error;
  }
}

/** @returns false if the id is already stored */
function insertRow(database: Database, [id, eventType, epochNanoseconds, payload]: EventRow): boolean {
  const insert = database.statement(INSERT);
  return insert.run(id, eventType, epochNanoseconds, payload, crc32(payload)).changes !== 0n;
}

const ROWS_PER_STATEMENT = 200;
const INSERT_INTO = 'INSERT INTO events (id, event_type, epoch_nanoseconds, payload, payload_crc32) VALUES';
const VALUES = `(${idBytes('?')}, ?, ?, ?, ?)`;
const INSERT = `${INSERT_INTO} ${VALUES} ON CONFLICT (id) DO NOTHING`;
const INSERT_MANY = `${INSERT_INTO} ${Array<string>(ROWS_PER_STATEMENT).fill(VALUES).join(', ')}`;
const DELETE = `DELETE FROM events WHERE id = ${idBytes('?')}`;

function duplicatesAmong(
  results: readonly { readonly event: Candidate; readonly stored: boolean }[],
): ReadonlyMap<number, EventRow> {
  return new Map(results.flatMap(({ event, stored }, index) => (stored ? [] : [[index, event.row]])));
}

function isSame({ row: a }: Candidate, { row: b }: Candidate): boolean {
  // Fast path: a retried event has the same JSON text. Only texts that differ, such as in member order, are parsed.
  return (a[1] === b[1] && a[2] === b[2] && a[3] === b[3]) || haveSameContent(toEvent(a), toEvent(b));
}

import { crc32 } from 'node:zlib';
import type { EventId } from '@event-tracker/core';
import { decideAppends, haveSameContent } from '@event-tracker/core/store';
import type { Database } from './database/database.ts';
import { inTransaction } from './database/transaction.ts';
import { getEvent } from './get.ts';
import { type EventRow, toEvent } from './sql/event-row.ts';

/** What became of one batch. */
export type BatchReply =
  /** Each duplicate by its place in the batch, as it stands in the store. */
  { readonly duplicates: ReadonlyMap<number, EventRow> } | { readonly conflicts: readonly EventId[] };

/**
 * Stores batches in one transaction, which is on the disk when this returns: the port's `append`.
 *
 * @returns what became of each batch; undefined in the usual case, where every event of all of them was new
 */
export function appendBatches(
  database: Database,
  batches: readonly (readonly EventRow[])[],
): readonly BatchReply[] | undefined {
  return inTransaction(database, 'BEGIN IMMEDIATE', () => {
    const candidates = batches.map((batch) => batch.map(toCandidate));
    const { inserted, known } = insertNew(database, candidates);
    if (known === undefined) return undefined;
    const { outcomes, fresh } = decideAppends(candidates, known, isSame);
    settle(database, inserted, new Set(fresh));
    return outcomes.map((outcome) =>
      'conflicts' in outcome ? outcome : { duplicates: duplicatesAmong(outcome.results) },
    );
  });
}

/** A row on its way into the file, or one that is there. */
interface Candidate {
  readonly id: EventId;
  readonly row: EventRow;
}

function toCandidate(row: EventRow): Candidate {
  return { id: row[0], row };
}

/** Inserts what is new without a look beforehand, and looks up only what was not inserted; undefined where all was. */
function insertNew(database: Database, batches: readonly (readonly Candidate[])[]) {
  const inserted = new Map<EventId, Candidate>();
  const known = new Map<EventId, Candidate>();
  let areAllNew = true;
  for (const candidate of batches.flat()) {
    if (insertRow(database, candidate.row)) {
      inserted.set(candidate.id, candidate);
      continue;
    }
    areAllNew = false;
    if (inserted.has(candidate.id) || known.has(candidate.id)) continue;
    const row = getEvent(database, candidate.id);
    if (row) known.set(candidate.id, toCandidate(row));
  }
  return { inserted, known: areAllNew ? undefined : known };
}

/** Deletes again what was inserted of batches in conflict, and inserts what had to wait for an id that they held. */
function settle(database: Database, inserted: ReadonlyMap<EventId, Candidate>, fresh: ReadonlySet<Candidate>): void {
  for (const candidate of inserted.values()) if (!fresh.has(candidate)) database.statement(DELETE).run(candidate.id);
  for (const candidate of fresh) if (inserted.get(candidate.id) !== candidate) insertRow(database, candidate.row);
}

/** @returns false where the id is taken */
function insertRow(database: Database, row: EventRow): boolean {
  return database.statement(INSERT).run(...row, crc32(row[3])).changes !== 0n;
}

const INSERT = `
  INSERT INTO events (id, event_type, epoch_nanoseconds, payload, payload_crc32) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`;
const DELETE = 'DELETE FROM events WHERE id = ?';

function duplicatesAmong(
  results: readonly { readonly event: Candidate; readonly stored: boolean }[],
): ReadonlyMap<number, EventRow> {
  return new Map(results.flatMap(({ event, stored }, index) => (stored ? [] : [[index, event.row]])));
}

function isSame({ row: a }: Candidate, { row: b }: Candidate): boolean {
  // The same text, as of an event that is sent again, says the same; only another order of members needs a closer look.
  return (a[1] === b[1] && a[2] === b[2] && a[3] === b[3]) || haveSameContent(toEvent(a), toEvent(b));
}

import { join } from 'node:path';
import { chooseSeed, createRandom, type Random } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { createOldFile } from '../../test/support/old-file.ts';
import { useTemporaryFolder } from '../../test/support/temporary-folder.ts';
import { appendBatches } from '../append.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { moveEvents } from '../database/events-to-move.ts';
import { migrate } from '../database/migrations.ts';
import { deleteEvents } from '../delete.ts';
import type { EventRow } from '../sql/event-row.ts';
import { checkTotals } from './check-totals.ts';
import { areTotalsComplete, fillTotals } from './fill-totals.ts';

const HOUR = 3_600_000_000_000n;
const EVENTS = 300;

const folder = useTemporaryFolder();
let files = 0;
let lastNumber = 0;

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function randomRow(random: Random): EventRow {
  const instant = BigInt(random.integer(8) - 4) * HOUR + BigInt(random.integer(3) - 1);
  return [idOf(++lastNumber), random.pick(['a', 'b']), instant, '{}'];
}

function randomRows(random: Random, count: number): readonly EventRow[] {
  return Array.from({ length: count }, () => randomRow(random));
}

/** Opens a file of an older version, and migrates it. */
function openMigrated(rows: readonly EventRow[], lastSequence?: bigint): Database {
  const path = join(folder, `${++files}.sqlite`);
  const events = rows.map(([id, event_type, epochNanoseconds, payload], index) => ({
    sequence: index + 1,
    id,
    event_type,
    epochNanoseconds,
    payload,
  }));
  createOldFile(path, 4, events, { lastSequence });
  const database = openDatabase(path, { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  moveEvents(database, path, { check: () => {}, report: () => {} });
  return database;
}

test('a new file has complete totals', () => {
  const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  expect(areTotalsComplete(database)).toBe(true);
});

test.each([1, 7, 50, EVENTS, EVENTS + 1])('adds the events of an older version in steps of %i', (limit) => {
  const seed = chooseSeed();
  const random = createRandom(seed);
  const database = openMigrated(randomRows(random, EVENTS));
  expect(areTotalsComplete(database)).toBe(false);

  for (let isComplete = false; !isComplete; ) {
    isComplete = fillTotals(database, limit);
    expect(checkTotals(database), `seed ${seed}`).toBeUndefined();
    expect(areTotalsComplete(database)).toBe(isComplete);
    appendBatches(database, [randomRows(random, random.integer(3))]);
    deleteEvents(
      database,
      Array.from({ length: random.integer(4) }, () => idOf(1 + random.integer(lastNumber))),
    );
    expect(checkTotals(database), `after changes, seed ${seed}`).toBeUndefined();
  }
  expect(fillTotals(database, limit), 'again').toBe(true);
  expect(checkTotals(database)).toBeUndefined();
});

test('needs one step for a file whose events were all deleted', () => {
  const database = openMigrated([], 10n);
  expect(areTotalsComplete(database)).toBe(false);
  expect(fillTotals(database, 5)).toBe(true);
  expect(checkTotals(database)).toBeUndefined();
});

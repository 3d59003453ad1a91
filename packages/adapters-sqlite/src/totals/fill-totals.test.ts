import { chooseSeed, createRandom, type Random } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { appendBatches } from '../append.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrations.ts';
import { deleteEvents } from '../delete.ts';
import { checkTotals } from './check-totals.ts';
import { areTotalsComplete, fillTotals } from './fill-totals.ts';

const HOUR = 3_600_000_000_000n;
const EVENTS = 300;

let nextId = 0;

function appendSome(database: Database, random: Random, count: number): void {
  const rows = Array.from({ length: count }, () => {
    const instant = BigInt(random.integer(8) - 4) * HOUR + BigInt(random.integer(3) - 1);
    return [`id ${nextId++}`, random.pick(['a', 'b']), instant, '{}'] as const;
  });
  appendBatches(database, [rows]);
}

/** Makes a database look as if an older version had written it, and migrates it. */
function migrateFromVersion4(database: Database): void {
  database.exec("DROP TABLE hourly_totals; DELETE FROM meta WHERE name = 'totals_after'; PRAGMA user_version = 4");
  migrate(database);
}

test.each([1, 7, 50, EVENTS, EVENTS + 1])('adds the events of an older version in steps of %i', (limit) => {
  const seed = chooseSeed();
  const random = createRandom(seed);
  const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  expect(areTotalsComplete(database)).toBe(true);
  appendSome(database, random, EVENTS);
  migrateFromVersion4(database);
  expect(areTotalsComplete(database)).toBe(false);

  for (let isComplete = false; !isComplete; ) {
    isComplete = fillTotals(database, limit);
    expect(checkTotals(database), `seed ${seed}`).toBeUndefined();
    expect(areTotalsComplete(database)).toBe(isComplete);
    appendSome(database, random, random.integer(3));
    deleteEvents(
      database,
      Array.from({ length: random.integer(4) }, () => `id ${random.integer(nextId)}`),
    );
    expect(checkTotals(database), `after changes, seed ${seed}`).toBeUndefined();
  }
  expect(fillTotals(database, limit), 'again').toBe(true);
  expect(checkTotals(database)).toBeUndefined();
});

test('needs one step for a file whose events were all deleted', () => {
  const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
  migrate(database);
  appendSome(database, createRandom(1), 10);
  database.exec('DELETE FROM events');
  migrateFromVersion4(database);
  expect(areTotalsComplete(database)).toBe(false);
  expect(fillTotals(database, 5)).toBe(true);
  expect(checkTotals(database)).toBeUndefined();
});

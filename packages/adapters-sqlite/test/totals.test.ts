import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqliteEventStore, verifySqliteFile } from '@event-tracker/adapters-sqlite';
import type { Event } from '@event-tracker/core';
import {
  type AggregateRequest,
  appendBatch,
  type EventStore,
  epochNanosecondsOf,
  formatTimestamp,
} from '@event-tracker/core/store';
import {
  byEffort,
  chooseSeed,
  createModel,
  createRandom,
  expectCells,
  type Random,
} from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { anEvent, events } from './support/events.ts';
import { createOldFile, type OldEvent } from './support/old-file.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const CHANGES = byEffort({ quick: 60, full: 200, long: 1_000 });

const HOUR = 3_600_000_000_000n;
const NEW_YEAR = epochNanosecondsOf('2025-01-01T00:00:00Z');
const TYPES = ['login', 'logout', 'order.new', 'order.paid'];

const folder = useTemporaryFolder();
let files = 0;
const newPath = (): string => join(folder, `${++files}.sqlite`);

test('statistics agree with the events after random changes', async () => {
  const seed = chooseSeed();
  const random = createRandom(seed);
  const path = newPath();
  let store = await createSqliteEventStore({ path });
  const stored = new Map<string, Event>();
  for (let change = 0; change < CHANGES; change++) {
    await changeAtRandom(store, stored, random);
    if (random.chance(0.05)) {
      await store.close();
      store = await createSqliteEventStore({ path });
    }
    if (random.chance(0.2)) await expectStatistics(store, stored, random, `seed ${seed}, change ${change}`);
  }
  await store.close();
  expect(verifySqliteFile(path), `seed ${seed}`).toEqual({ events: stored.size, unchecked: 0, problems: [] });
});

/** Appends batches, some of them with duplicates and conflicts, or deletes some events. */
async function changeAtRandom(store: EventStore, stored: Map<string, Event>, random: Random): Promise<void> {
  const known = [...stored.values()];
  if (known.length > 500 && random.chance(0.4)) {
    const ids = Array.from({ length: random.pick([1, 20, 200]) }, () => random.pick(known).id);
    await store.delete(ids);
    for (const id of ids) stored.delete(id);
    return;
  }
  const batches = Array.from({ length: 1 + random.integer(3) }, () => {
    const batch: Event[] = Array.from({ length: random.pick([1, 3, 250]) }, () => randomEvent(random));
    if (known.length > 0 && random.chance(0.4)) batch.push(random.pick(known));
    if (known.length > 0 && random.chance(0.2)) batch.push({ ...random.pick(known), event_type: 'conflict' });
    return random.shuffle(batch);
  });
  const outcomes = await store.append(batches);
  for (const outcome of outcomes) {
    if ('results' in outcome) for (const { event } of outcome.results) stored.set(event.id, event);
  }
}

function randomEvent(random: Random): Event {
  return anEvent({ event_type: random.pick(TYPES), timestamp: formatTimestamp(randomInstant(random)) });
}

/** Returns an instant at or near the start of an hour, or within one. */
function randomInstant(random: Random): bigint {
  const start = random.pick([NEW_YEAR, NEW_YEAR, NEW_YEAR, 0n, epochNanosecondsOf('1900-01-02T00:00:00Z')]);
  const within = random.pick([-1n, 0n, 1n, BigInt(random.integer(3_600_000)) * 1_000_000n]);
  return start + BigInt(random.integer(48)) * HOUR + within;
}

async function expectStatistics(
  store: EventStore,
  stored: ReadonlyMap<string, Event>,
  random: Random,
  about: string,
): Promise<void> {
  const model = createModel([...stored.values()]);
  for (let count = 0; count < 5; count++) {
    const request = randomRequest(random);
    expectCells(await store.aggregate(request), await model.aggregate(request), `${count} of ${about}`);
  }
}

function randomRequest(random: Random): AggregateRequest {
  const length = random.pick([1n, 6n, 24n]) * HOUR;
  const first = NEW_YEAR + random.pick([0n, 0n, -1n, HOUR / 2n]);
  const boundaries = Array.from({ length: random.pick([2, 24]) }, (_, bucket) => first + BigInt(bucket) * length);
  return {
    metrics: random.pick([[{ kind: 'count' }], [{ kind: 'first' }, { kind: 'count' }, { kind: 'last' }]] as const),
    filter: {
      ...(random.chance(0.3) && { start: randomInstant(random) }),
      ...(random.chance(0.3) && { end: randomInstant(random) }),
      ...(random.chance(0.3) && { event_type: ['login', 'unknown'] }),
      ...(random.chance(0.3) && { event_type_prefix: ['order.'] }),
    },
    ...(random.chance(0.6) && { boundaries }),
    ...(random.chance(0.6) && { groupBy: 'event_type', ...(random.chance(0.4) && { top: 2 }) }),
  };
}

/** Two days of one event a minute. */
function minutely(): readonly Event[] {
  return events(2_880).map((event, n) => ({
    ...event,
    timestamp: formatTimestamp(NEW_YEAR + (BigInt(n) * HOUR) / 60n),
  }));
}

async function countOf(store: EventStore, filter: AggregateRequest['filter'] = {}): Promise<unknown> {
  return (await store.aggregate({ filter, metrics: [{ kind: 'count' }] }))[0]?.values[0];
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

test('whole hours are counted in the totals, and their edges in the events', async () => {
  const path = newPath();
  const store = await createSqliteEventStore({ path });
  await appendBatch(store, minutely());
  change(path, 'UPDATE hourly_totals SET events = events + 1000');
  // The first 30 minutes and the last 30 minutes are not whole hours.
  const filter = { start: NEW_YEAR + HOUR / 2n, end: NEW_YEAR + 5n * HOUR + HOUR / 2n - 1n };
  expect(await countOf(store, filter)).toBe(300 + 4 * 1_000);
  expect(await countOf(store)).toBe(2_880 + 48 * 1_000);
  await store.close();
  expect(verifySqliteFile(path).problems).toEqual([
    'the totals in hourly_totals differ from the events, for 48 hours of a type',
  ]);
});

test('a file of an older version is counted by its indexes until its totals are complete', async () => {
  const path = newPath();
  const all = Array.from({ length: 5 }, minutely).flat();
  createOldFile(path, 4, all.map(toOldEvent));

  const migrated = await createSqliteEventStore({ path });
  expect(await countOf(migrated)).toBe(5 * 2_880);
  await appendBatch(migrated, events(10));
  const [first] = await migrated.query({ filter: {}, order: 'asc', limit: 1 });
  expect(await migrated.delete([first?.id ?? ''])).toBe(1);
  expect(await countOf(migrated)).toBe(5 * 2_880 + 9);
  await expect.poll(() => totalsAfter(path), { timeout: 20_000 }).toBe('0');
  expect(await countOf(migrated)).toBe(5 * 2_880 + 9);
  await migrated.close();
  expect(verifySqliteFile(path).problems).toEqual([]);
});

function toOldEvent({ id, event_type, timestamp, payload }: Event, index: number): OldEvent {
  const epochNanoseconds = epochNanosecondsOf(timestamp);
  return { sequence: index + 1, id, event_type, epochNanoseconds, payload: JSON.stringify(payload) };
}

function totalsAfter(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare("SELECT value FROM meta WHERE name = 'totals_after'").get();
  database.close();
  return row?.value;
}

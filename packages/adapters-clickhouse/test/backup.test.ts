import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '@event-tracker/core';
import { type Arrival, appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { afterAll, describe, expect, test } from 'vitest';
import { findEngineWithBackups, newFolder } from './engine.ts';
import { events } from './events.ts';

/* Backup and restore by the statements of docs/operate/backup.md, while events are appended. */

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/operate/backup.md'), 'utf8');
const SECTION = /^## ClickHouse\n[\s\S]*/m.exec(PAGE)?.[0] ?? '';
const [backUp = [], restore = []] = [...SECTION.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) =>
  sql
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== ''),
);

const folder = newFolder();
const engine = await findEngineWithBackups(folder);
const stores: EventStorePort[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(database: string): Promise<EventStorePort> {
  if (!engine) throw new Error('no engine');
  const store = await engine.open(database);
  stores.push(store);
  return store;
}

function allOf(store: EventStorePort): Promise<readonly Event[]> {
  return store.query({ filter: {}, order: 'asc', limit: 10_000 });
}

/** Returns the events in order of arrival as soon as the given number has arrived. */
async function arrivalsIn(store: EventStorePort, count: number): Promise<readonly Arrival[]> {
  const read = () => store.readAfter({ after: 0n, limit: 10_000 });
  await expect.poll(read, { timeout: 10_000 }).toHaveLength(count);
  return read();
}

describe.skipIf(!engine)('a backup during appends', () => {
  test('contains every event that was acknowledged before, each found by its id', { timeout: 60_000 }, async () => {
    const source = await open('event_tracker');
    await appendBatch(source, events(1_000));
    const before = await allOf(source);

    let isOver = false;
    const appending = (async () => {
      while (!isOver) await appendBatch(source, events(10));
    })();
    try {
      for (const statement of backUp) await engine?.run(statement);
    } finally {
      isOver = true;
      await appending;
    }
    const all = await allOf(source);
    expect(all.length).toBeGreaterThan(before.length);

    for (const statement of restore) await engine?.run(statement);
    const target = await open('restored');
    const restored = await allOf(target);
    const found = new Set(restored.map((event) => JSON.stringify(event)));
    expect(before.filter((event) => !found.has(JSON.stringify(event)))).toEqual([]);
    const known = new Set(before.map(({ id }) => id));
    for (const event of [...before.slice(-20), ...restored.filter(({ id }) => !known.has(id))])
      expect(await target.get(event.id)).toEqual(event);

    // Clients send the missing events again.
    const results = await appendBatch(target, all);
    expect(results.filter(({ stored }) => !stored)).toHaveLength(restored.length);
    expect(await allOf(target)).toEqual(all);
  });

  test('keeps identity and sequences, and continues after the last', { timeout: 60_000 }, async () => {
    const [source, target] = [await open('event_tracker'), await open('restored')];
    expect(target.id).toBe(source.id);
    const followed = await arrivalsIn(source, (await allOf(source)).length);
    const restored = await arrivalsIn(target, followed.length);
    const sequenceOf = new Map(followed.map(({ sequence, event }) => [event.id, sequence]));
    const count = restored.findIndex(({ sequence, event }) => sequenceOf.get(event.id) !== sequence);
    // Those of the backup, and then those that were sent again.
    expect(count, 'events with the sequence that they had').toBeGreaterThanOrEqual(1_000);
    const last = followed.at(-1)?.sequence ?? 0n;
    const again = restored.slice(count).map(({ sequence }) => sequence);
    expect(again.filter((sequence) => sequence <= last)).toEqual([]);
  });
});

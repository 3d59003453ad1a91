import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isEventTrackerError } from '@event-tracker/core';
import { appendBatch } from '@event-tracker/core/store';
import { expect, onTestFinished, test } from 'vitest';
import { createSqliteEventStore } from '../src/index.ts';
import { anEvent } from './support/events.ts';
import { useTemporaryFolder } from './support/temporary-folder.ts';

const folder = useTemporaryFolder();

test('never stores an append that failed while another program held the lock', async () => {
  const path = join(folder, 'events.sqlite');
  const store = await createSqliteEventStore({ path, deadlines: { appendMs: 1_000 } });
  onTestFinished(() => store.close());
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('BEGIN IMMEDIATE');

  const batches = Array.from({ length: 20 }, () => [anEvent(), anEvent()]);
  const outcomes = await Promise.allSettled(batches.map((batch) => appendBatch(store, batch)));
  const codes = outcomes.map(({ status, ...outcome }) =>
    'reason' in outcome && isEventTrackerError(outcome.reason) ? outcome.reason.code : status,
  );
  expect(codes).toEqual(['store_timeout', ...Array(19).fill('overloaded')]);

  other.exec('ROLLBACK');
  const later = anEvent();
  const isStored = () =>
    appendBatch(store, [later]).then(
      () => true,
      () => false,
    );
  await expect.poll(isStored).toBe(true);
  const stored = (await store.query({ filter: {}, order: 'asc', limit: 100 })).map(({ id }) => id);
  const possible = [...(batches[0] ?? []), later].map(({ id }) => id);
  expect(stored.filter((id) => !possible.includes(id))).toEqual([]);
});

import { join } from 'node:path';
import { byEffort, createRecorder, expectNothingLost, ingestUntilKilled } from '@event-tracker/event-store-conformance';
import { expect, test } from 'vitest';
import { findEngineAt, hasEngine, newFolder } from './engine.ts';

const KILLS = byEffort({ quick: 1, full: 3, long: 50 });
const DATABASE = 'crashed';
/** The number of events in a batch of `ingest.ts`. */
const BATCH = 20;

const canBeKilled = !process.env.TEST_CLICKHOUSE_URL && (await hasEngine());

test.skipIf(!canBeKilled)(
  `loses nothing when ClickHouse is killed, ${KILLS} times`,
  { timeout: 10 * 60_000 },
  async () => {
    const folder = newFolder();
    const recorder = createRecorder();
    const file = join(import.meta.dirname, 'ingest.ts');
    for (let kill = 0; kill < KILLS; kill++) await ingestUntilKilled(recorder, 'deleted', file, folder, DATABASE);
    const engine = await findEngineAt(folder);
    if (!engine) throw new Error('no engine');
    const store = await engine.open(DATABASE);
    expect(recorder.acknowledged.size, 'acknowledged').toBeGreaterThan(0);
    expect(recorder.deleted.size, 'deleted').toBeGreaterThan(0);
    await expectNothingLost(recorder, store);
    const found = await store.query({ filter: {}, order: 'asc', limit: 1_000_000 });
    const stored = new Set(found.map(({ id }) => id));
    expect(
      batchesOf([...recorder.sent]).filter((batch) => isCut(batch, stored)),
      'incomplete batches',
    ).toEqual([]);
    const byId = await Promise.all(found.slice(-50).map(({ id }) => store.get(id)));
    expect(byId, 'by their ids').toEqual(found.slice(-50));
    await store.close();
  },
);

function batchesOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: ids.length / BATCH }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH));
}

/** True if only a part of a batch is stored. */
function isCut(batch: readonly string[], stored: ReadonlySet<string>): boolean {
  const there = batch.filter((id) => stored.has(id)).length;
  return there > 0 && there < batch.length;
}

// Usage: `ingest.ts PATH RECORD`. Stores events, and deletes some of them, until it is killed. Records each id when it is
// sent, acknowledged or refused, and when its deletion is sent and acknowledged. Each record is written with one
// unbuffered write, so it survives the kill.
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch } from '@event-tracker/core/store';

const [, , path = '', recordPath = ''] = process.argv;
const record = openSync(recordPath, 'a');
const write = (what: 'sent' | 'acknowledged' | 'refused' | 'deleting' | 'deleted', ids: readonly string[]) =>
  writeSync(record, ids.map((id) => `${what} ${id}\n`).join(''));

writeSync(record, '\n'); // the previous process can have been killed in the middle of a line
const store = await createSqliteEventStore({ path });

/** One batch of this number is deleted again. */
const DELETE_EVERY = 5;
/** Batch sizes, repeated. */
const SIZES = [1, 1, 1, 10, 1, 200];

async function ingest(): Promise<never> {
  for (let call = 0; ; call++) {
    const batch = Array.from({ length: SIZES[call % SIZES.length] ?? 1 }, () => randomUUID());
    write('sent', batch);
    try {
      const [first = ''] = batch;
      await appendBatch(
        store,
        batch.map((id) => ({
          id,
          event_type: `type ${call % 7}`,
          timestamp: new Date().toISOString().replace(/0*Z$/, 'Z').replace('.Z', 'Z'),
          payload: { batch: first, size: batch.length },
        })),
      );
      write('acknowledged', batch);
      if (call % DELETE_EVERY > 0) continue;
      write('deleting', batch);
      await store.delete(batch);
      write('deleted', batch);
    } catch {
      write('refused', batch);
    }
  }
}

const callers = Array.from({ length: 8 }, ingest);
process.send?.('ingesting');
await Promise.all(callers);

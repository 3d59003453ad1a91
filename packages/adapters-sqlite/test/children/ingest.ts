// Stores events without end until it is killed, and removes some of them, and writes down every id when it is sent,
// acknowledged or refused, and when its removal is sent and acknowledged: `ingest.ts PATH RECORD`. The record is in the hands of the operating system at once, and outlives the process.
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch } from '@event-tracker/core/store';

const [, , path = '', recordPath = ''] = process.argv;
const record = openSync(recordPath, 'a');
const write = (what: 'sent' | 'acknowledged' | 'refused' | 'removing' | 'removed', ids: readonly string[]) =>
  writeSync(record, ids.map((id) => `${what} ${id}\n`).join(''));

writeSync(record, '\n'); // the process before may have been killed in the middle of a line
const store = await createSqliteEventStore({ path });

/** Of so many calls one is taken back. */
const REMOVE_EVERY = 5;
/** Sizes of the calls of one caller, again and again. */
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
      if (call % REMOVE_EVERY > 0) continue;
      write('removing', batch);
      await store.delete(batch);
      write('removed', batch);
    } catch {
      write('refused', batch);
    }
  }
}

const callers = Array.from({ length: 8 }, ingest);
process.send?.('ingesting');
await Promise.all(callers);

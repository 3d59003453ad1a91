// Stores and deletes events until it is killed, and writes the ids of each batch before and after each call:
// `node --conditions=x-src ingest.ts FOLDER DATABASE`.

import { writeSync } from 'node:fs';
import { appendBatch } from '@event-tracker/core/store';
import { findEngineAt } from './engine.ts';
import { events } from './events.ts';

const CALLERS = 4;
const BATCH = 20;

const [folder = '', database = ''] = process.argv.slice(2);
const engine = await findEngineAt(folder);
const store = await engine?.open(database);

async function ingest(): Promise<void> {
  for (let round = 0; store; round++) {
    const batch = events(BATCH);
    const ids = batch.map(({ id }) => id);
    // Written synchronously, so that the kill loses no line.
    writeSync(1, `sent ${ids.join(' ')}\n`);
    await appendBatch(store, batch);
    writeSync(1, `acknowledged ${ids.join(' ')}\n`);
    if (round % 3 !== 0) continue;
    writeSync(1, `deleting ${ids.join(' ')}\n`);
    await store.delete(ids);
    writeSync(1, `deleted ${ids.join(' ')}\n`);
  }
}

await Promise.all(Array.from({ length: CALLERS }, ingest));

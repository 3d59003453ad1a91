import { appendBatch } from '@event-tracker/core/store';
// A process that stores and removes events until it is killed, and tells of each batch that it is sent, acknowledged, to be
// removed and removed: `node --conditions=x-src ingest.ts FOLDER DATABASE`.

import { writeSync } from 'node:fs';
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
    // Written at once, so that nothing that was told is lost with the process.
    writeSync(1, `sent ${ids.join(' ')}\n`);
    await appendBatch(store, batch);
    writeSync(1, `acknowledged ${ids.join(' ')}\n`);
    if (round % 3 !== 0) continue;
    writeSync(1, `removing ${ids.join(' ')}\n`);
    await store.delete(ids);
    writeSync(1, `removed ${ids.join(' ')}\n`);
  }
}

await Promise.all(Array.from({ length: CALLERS }, ingest));

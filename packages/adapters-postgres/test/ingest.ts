import { appendBatch } from '@event-tracker/core/store';
// A process that stores events until it is killed, and tells of each batch that it is sent, and that it is acknowledged:
// `node --conditions=x-src ingest.ts URL SCHEMA`.

import { writeSync } from 'node:fs';
import { createPostgresEventStore } from '../src/index.ts';
import { events } from './events.ts';

const CALLERS = 8;
const BATCH = 20;

const [url = '', schema = ''] = process.argv.slice(2);
const store = await createPostgresEventStore({ url, schema });

async function ingest(): Promise<never> {
  for (;;) {
    const batch = events(BATCH);
    const ids = batch.map(({ id }) => id).join(' ');
    // Written at once, so that nothing that was told is lost with the process.
    writeSync(1, `sent ${ids}\n`);
    await appendBatch(store, batch);
    writeSync(1, `acknowledged ${ids}\n`);
  }
}

await Promise.all(Array.from({ length: CALLERS }, ingest));

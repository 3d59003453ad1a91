import { appendBatch } from '@event-tracker/core/store';
// Usage: `node --conditions=x-src ingest.ts URL SCHEMA`. Stores events until it is killed, and prints when each batch is
// sent and acknowledged.

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
    // Unbuffered, so that no printed line is lost when the process is killed.
    writeSync(1, `sent ${ids}\n`);
    await appendBatch(store, batch);
    writeSync(1, `acknowledged ${ids}\n`);
  }
}

await Promise.all(Array.from({ length: CALLERS }, ingest));

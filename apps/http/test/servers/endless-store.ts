import { randomBytes } from 'node:crypto';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import type { Event } from '@event-tracker/core';
import { serveStore } from '../support/serve-store.ts';
import { log } from './process-log.ts';

/* A server whose store has endless events. Writes a line to standard output for each page that is read. */
let next = 0;
const { url, shutdown } = await serveStore(
  {
    ...createMemoryEventStore(),
    query: async ({ limit }) => {
      process.stdout.write('page\n');
      return Array.from({ length: limit }, (): Event => {
        const id = `018cc251-f400-7000-8000-${String(++next).padStart(12, '0')}`;
        // Does not compress well, because otherwise thousands of pages would fit into the buffers.
        const payload = { text: randomBytes(750).toString('base64') };
        return { id, event_type: 'endless', timestamp: '2025-01-01T12:00:00Z', payload };
      });
    },
  },
  { log, exit: (code) => process.exit(code) },
);
process.on('SIGTERM', shutdown.begin);
process.stdout.write(`listens on ${url}\n`);

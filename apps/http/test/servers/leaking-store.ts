import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { serveStore } from '../support/serve-store.ts';

/*
 * A server whose store keeps a kilobyte of every append for ever.
 */
const store = createMemoryEventStore();
const kept: string[] = [];
const { url, shutdown } = await serveStore(
  {
    ...store,
    append: (events) => {
      kept.push(`${kept.length}`.padEnd(1_024, 'x'));
      return store.append(events);
    },
  },
  { env: process.env, exit: (code) => process.exit(code) },
);
process.on('SIGTERM', shutdown.begin);
process.stdout.write(`listens on ${url}\n`);

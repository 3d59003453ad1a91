import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { serveStore } from '../support/serve-store.ts';

/*
 * A server whose store keeps a kilobyte of every append permanently.
 */
const store = createMemoryEventStore();
const kept: string[] = [];
const { url, shutdown } = await serveStore(
  {
    ...store,
    append: (batches) => {
      kept.push(`${kept.length}`.padEnd(1_024, 'x'));
      return store.append(batches);
    },
  },
  { env: process.env, exit: (code) => process.exit(code) },
);
process.on('SIGTERM', shutdown.begin);
process.stdout.write(`listens on ${url}\n`);

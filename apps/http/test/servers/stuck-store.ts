import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { serveStore } from '../support/serve-store.ts';
import { log } from './process-log.ts';

/*
 * A server whose store never ends an append and, with STUCK=close, never closes. Sends its parent a message for each append
 * that it has started.
 */
const never = new Promise<never>(() => {});
const store = createMemoryEventStore();
const { url, shutdown } = await serveStore(
  {
    ...store,
    append: () => {
      process.send?.('append');
      return never;
    },
    close: () => (process.env.STUCK === 'close' ? never : store.close()),
  },
  { env: process.env, log, exit: (code) => process.exit(code) },
);
process.on('SIGTERM', shutdown.begin);
process.stdout.write(`listens on ${url}\n`);

import { getHeapStatistics } from 'node:v8';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createEventTracker, withDeadlines } from '@event-tracker/core';
import { createApp } from './app.ts';
import { type Config, parseConfig } from './config.ts';
import { createHttpServer } from './server.ts';
import { createShutdown } from './shutdown.ts';

/** Part of Node's heap that events may take; the rest is for requests under way. */
const HEAP_SHARE = 0.5;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function readConfig(): Config {
  try {
    return parseConfig(process.env);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const config = readConfig();
const store = withDeadlines(
  createMemoryEventStore({
    maxEvents: config.memoryMaxEvents,
    maxBytes: config.memoryMaxBytes ?? Math.floor(getHeapStatistics().heap_size_limit * HEAP_SHARE),
  }),
);
const app = createApp({
  tracker: createEventTracker({ store, limits: config }),
  store,
  storeName: config.eventStore,
  settings: config,
  isDraining: () => shutdown.isDraining(),
  log: console.error,
});
const http = createHttpServer(app, config);
const shutdown = createShutdown({
  http,
  closeStore: () => store.close(),
  settings: config,
  log: console.error,
  exit: (code) => process.exit(code),
});

// Before listening: as the first process of a container Node would not heed these signals otherwise.
process.on('SIGTERM', shutdown.begin);
process.on('SIGINT', shutdown.begin);

http.server.on('error', (error: NodeJS.ErrnoException) => {
  fail(
    error.code === 'EADDRINUSE'
      ? `BIND_ADDRESS: port ${config.port} on ${config.host} is in use`
      : `BIND_ADDRESS: ${error.message}`,
  );
});
http.server.listen(config.port, config.host, () => {
  const address = http.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const limit = config.rateLimit
    ? `${config.rateLimit.requests} requests in ${config.rateLimit.windowMs / 1000} s per client`
    : 'no rate limit';
  console.log(
    `Event Tracker listens on http://${host}:${port}${config.basePath}, store ${config.eventStore} (durability: ${store.guarantees.durability}), ${limit}`,
  );
});

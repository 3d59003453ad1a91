import { createEventTracker, type EventStorePort, isEventTrackerError } from '@event-tracker/core';
import { createApp } from './app.ts';
import { type Keyring, openKeyring } from './auth/keyring.ts';
import { isLoopback } from './auth/loopback.ts';
import { parseConfig } from './config.ts';
import { openStore } from './open-store.ts';
import { describeLimits } from './rate-limit/describe-limits.ts';
import { openSharedCounts } from './rate-limit/shared-counts.ts';
import { removeExpiredEvents } from './retention.ts';
import { createHttpServer } from './server.ts';
import { createShutdown } from './shutdown.ts';
import { storeName } from './store-name.ts';

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function orFail<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return fail(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function openConfiguredStore(): Promise<EventStorePort> {
  try {
    return await openStore(config);
  } catch (error) {
    if (!isEventTrackerError(error)) throw error;
    return fail(`EVENT_STORE: ${error.message}`);
  }
}

function countOf(keyring: Keyring): string {
  return keyring.size() === 1 ? '1 key' : `${keyring.size()} keys`;
}

function reloadKeys(keyring: Keyring): void {
  try {
    keyring.reload();
    console.log(`SIGHUP: ${countOf(keyring)} from now on`);
  } catch (error) {
    console.error(`SIGHUP: ${messageOf(error)}; the keys stay as they were`);
  }
}

let stop = (): void => process.exit(0); // until the store is open there is nothing to drain

// First of all: as the first process of a container Node would not heed these signals otherwise.
process.on('SIGTERM', () => stop());

/** A terminal sends Ctrl-C to npm and to the server, and npm passes its own on: two in a blink are one. */
const SAME_INTERRUPT_MS = 500;
let interruptedAt = Number.NEGATIVE_INFINITY;
process.on('SIGINT', () => {
  const isRepeated = performance.now() - interruptedAt < SAME_INTERRUPT_MS;
  interruptedAt = performance.now();
  if (!isRepeated) stop();
});

const config = orFail(() => parseConfig(process.env));
const keyring = orFail(() => openKeyring(config));
if (keyring) process.on('SIGHUP', () => reloadKeys(keyring));
const store = await openConfiguredStore();
const sharedCounts = config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, console.error);
const tracker = createEventTracker({ store, limits: config, retention: config.retention });
const stopping = new AbortController();
const app = createApp({
  tracker,
  store,
  storeName: storeName(config.eventStore),
  settings: config,
  findKey: keyring?.find,
  sharedCounts,
  isDraining: () => shutdown.isDraining(),
  log: console.error,
});
const http = createHttpServer(app, config);
const shutdown = createShutdown({
  http,
  closeStore: () => {
    stopping.abort();
    sharedCounts?.close();
    return store.close();
  },
  settings: config,
  log: console.error,
  exit: (code) => process.exit(code),
});

stop = shutdown.begin;
if (config.retention.length > 0) void removeExpiredEvents({ tracker, log: console.error, signal: stopping.signal });

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
  const keys = keyring ? countOf(keyring) : 'no keys';
  console.log(
    `Event Tracker listens on http://${host}:${port}${config.basePath}, store ${storeName(config.eventStore)} (durability: ${store.guarantees.durability}), ${describeLimits(config)}, ${keys}`,
  );
  if (!keyring && typeof address === 'object' && address && !isLoopback(address.address))
    console.error(
      `warning: there are no keys, so whoever reaches ${host}:${port} may read and write all events; API_KEYS_FILE sets some`,
    );
});

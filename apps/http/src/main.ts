import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createEventTracker, type EventStorePort, isEventTrackerError } from '@event-tracker/core';
import { collectDefaultMetrics } from 'prom-client';
import { createApp, createOperatingApp } from './app.ts';
import { type Keyring, openKeyring } from './auth/keyring.ts';
import { isLoopback } from './auth/loopback.ts';
import { parseConfig } from './config.ts';
import { type Address, listen } from './listen.ts';
import { openStore, storeFile } from './open-store.ts';
import { describeLimits } from './rate-limit/describe-limits.ts';
import { openSharedCounts } from './rate-limit/shared-counts.ts';
import { removeExpiredEvents } from './retention.ts';
import { createHttpServer } from './server.ts';
import { createShutdown } from './shutdown.ts';
import { storeName } from './store-name.ts';
import { watchDiskSpace } from './telemetry/disk-space.ts';
import { createLineOutput } from './telemetry/line-output.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

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
    return await openStore(config, metrics.groupCommit);
  } catch (error) {
    // A RangeError says which option cannot be.
    if (!isEventTrackerError(error) && !(error instanceof RangeError)) throw error;
    return fail(`EVENT_STORE: ${error.message}`);
  }
}

function countOf(keyring: Keyring): string {
  return keyring.size() === 1 ? '1 key' : `${keyring.size()} keys`;
}

function reloadKeys(keyring: Keyring): void {
  try {
    keyring.reload();
    log.info(`SIGHUP: ${countOf(keyring)} from now on`);
  } catch (error) {
    log.error(`SIGHUP: ${messageOf(error)}; the keys stay as they were`);
  }
  output.flush(); // whoever sent the signal waits for this line
}

function listenOrFail(...[server, setting, address]: Parameters<typeof listen>): Promise<AddressInfo> {
  return listen(server, setting, address).catch((error) => fail(messageOf(error)));
}

function urlOf({ host }: Address, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Time for whoever reads the log to take the rest of it. */
const LAST_WORDS_MS = 1_000;

/** Ends the process when what it said has been read, or nobody reads it. */
function exit(code: number): void {
  void output.end(LAST_WORDS_MS).then(() => process.exit(code));
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
const metrics = createMetrics();
collectDefaultMetrics({ register: metrics.registry });
const output = createLineOutput(process.stdout, metrics.logLineDropped);
process.once('exit', output.flush); // also where a defect ends the process
const log = createLog({ level: config.logLevel, output, isTerminal: process.stdout.isTTY });
if (keyring) process.on('SIGHUP', () => reloadKeys(keyring));
const telemetry = createTelemetry(log, metrics);
const store = telemetry.observeStore(await openConfiguredStore());
const file = storeFile(config);
if (file !== undefined) telemetry.watch(watchDiskSpace(dirname(file)));
const sharedCounts = config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, log);
const tracker = createEventTracker({ store, limits: config, retention: config.retention });
const stopping = new AbortController();
const isDraining = (): boolean => shutdown.isDraining();
const probed = { store, storeName: storeName(config.eventStore), sharedCounts, isDraining, telemetry };
const app = createApp({ ...probed, tracker, settings: config, findKey: keyring?.find });
const http = createHttpServer(app, config, telemetry.requests);
const shutdown = createShutdown({
  http,
  closeStore: () => {
    stopping.abort();
    sharedCounts?.close();
    return store.close();
  },
  settings: config,
  log,
  exit,
});

stop = shutdown.begin;
// Whatever ends the process, a deadline, a second signal or a defect: what is cut off must not look complete.
process.once('exit', http.breakOffUsed);
if (config.retention.length > 0) void removeExpiredEvents({ tracker, log, signal: stopping.signal });

if (config.metricsAddress) {
  const operating = createHttpServer(
    createOperatingApp(probed),
    { ...config, basePath: '', corsOrigins: [] },
    telemetry.requests,
  );
  const address = await listenOrFail(operating.server, 'METRICS_ADDRESS', config.metricsAddress);
  log.info(`Metrics and probes are at ${urlOf(config.metricsAddress, address)}`);
}
const address = await listenOrFail(http.server, 'BIND_ADDRESS', config);
const keys = keyring ? countOf(keyring) : 'no keys';
log.info(
  `Event Tracker listens on ${urlOf(config, address)}${config.basePath}, store ${probed.storeName} (durability: ${store.guarantees.durability}), ${describeLimits(config)}, ${keys}`,
);
if (!keyring && !isLoopback(address.address))
  log.warn(
    `there are no keys, so whoever reaches ${urlOf(config, address)} may read and write all events; API_KEYS_FILE sets some`,
  );
output.flush(); // whoever started it waits for this line

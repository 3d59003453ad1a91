import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createEventTracker, type EventStorePort, isEventTrackerError } from '@event-tracker/core';
import { collectDefaultMetrics } from 'prom-client';
import { createApp, createOperatingApp } from './app/app.ts';
import { describeKeys } from './auth/describe-keys.ts';
import { type Keyring, openKeyring } from './auth/keyring.ts';
import { removeExpiredEvents } from './process/delete-expired-events.ts';
import { fail, messageOf, orFail } from './process/exit-on-error.ts';
import { onHangUp } from './process/reload-signal.ts';
import { createShutdown } from './process/shutdown.ts';
import { onStopSignal } from './process/stop-signals.ts';
import { describeLimits } from './rate-limit/describe-limits.ts';
import { openSharedCounts } from './rate-limit/shared-counts.ts';
import { createHttpServer } from './server/http-server.ts';
import { listen, urlOf } from './server/listen.ts';
import { isLoopback } from './server/loopback.ts';
import { parseConfig } from './settings/config.ts';
import { openStore, storeFile } from './stores/open-store.ts';
import { watchDiskSpace } from './telemetry/disk-space.ts';
import { createLineOutput } from './telemetry/line-output.ts';
import { createLog } from './telemetry/log.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { storeName } from './telemetry/redact-url.ts';
import { createTelemetry } from './telemetry/telemetry.ts';

/** Time for whoever reads the log to take the rest of it. */
const LAST_WORDS_MS = 1_000;

async function openConfiguredStore(): Promise<EventStorePort> {
  try {
    return await openStore(config, metrics.groupCommit);
  } catch (error) {
    // A RangeError says which option cannot be.
    if (!isEventTrackerError(error) && !(error instanceof RangeError)) throw error;
    return fail(`EVENT_STORE: ${error.message}`);
  }
}

function reloadKeys(keyring: Keyring | undefined): void {
  try {
    keyring?.reload();
    log.info(`SIGHUP: ${keyring ? `${describeKeys(keyring)} from now on` : 'there are no keys to read again'}`);
  } catch (error) {
    log.error(`SIGHUP: ${messageOf(error)}; the keys stay as they were`);
  }
  output.flush(); // whoever sent the signal waits for this line
}

function listenOrFail(...[server, setting, address]: Parameters<typeof listen>): Promise<AddressInfo> {
  return listen(server, setting, address).catch((error) => fail(messageOf(error)));
}

/** Ends the process when what it said has been read, or nobody reads it. */
function exit(code: number): void {
  void output.end(LAST_WORDS_MS).then(() => process.exit(code));
}

let stop: (signal: NodeJS.Signals) => void = () => process.exit(0); // until the store is open there is nothing to drain

// First of all: as the first process of a container Node would not heed these signals otherwise.
onStopSignal((signal) => stop(signal));

const config = orFail(() => parseConfig(process.env));
const keyring = orFail(() => openKeyring(config));

const metrics = createMetrics();
collectDefaultMetrics({ register: metrics.registry });
const output = createLineOutput(process.stdout, metrics.logLineDropped);
process.once('exit', output.flush); // also where a defect ends the process
const log = createLog({ level: config.logLevel, output, isTerminal: process.stdout.isTTY });
const telemetry = createTelemetry(log, metrics);
onHangUp(
  () => reloadKeys(keyring),
  () => stop('SIGHUP'),
);

const store = telemetry.observeStore(await openConfiguredStore());
const file = storeFile(config);
if (file !== undefined) telemetry.watch(watchDiskSpace(dirname(file)));
const sharedCounts = config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, log);
const tracker = createEventTracker({ store, limits: config, retention: config.retention });

const isDraining = (): boolean => shutdown.isDraining();
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const probed = { store, storeName: storeName(config.eventStore), sharedCounts, isDraining, version, telemetry };
const app = createApp({ ...probed, tracker, settings: config, findKey: keyring?.find });
const http = createHttpServer(app, config, telemetry.requests);

const stopping = new AbortController();
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
const url = urlOf(config, address);
log.info(
  `Event Tracker listens on ${url}${config.basePath}, store ${probed.storeName} (durability: ${store.guarantees.durability}), ${describeLimits(config)}, ${describeKeys(keyring)}`,
);
if (!keyring && !isLoopback(address.address))
  log.warn(`there are no keys, so whoever reaches ${url} may read and write all events; API_KEYS_FILE sets some`);
output.flush(); // whoever started it waits for this line

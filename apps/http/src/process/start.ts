import type { Writable } from 'node:stream';
import { createEventTracker, isEventTrackerError } from '@event-tracker/core';
import { createQuarantine } from '@event-tracker/core/schemas';
import { collectDefaultMetrics } from 'prom-client';
import { createApp, createOperatingApp } from '../app/app.ts';
import { describeKeys } from '../auth/describe-keys.ts';
import { type Keyring, openKeyring } from '../auth/keyring.ts';
import { quarantineIdOf } from '../body/quarantine-id.ts';
import { describeLimits } from '../rate-limit/describe-limits.ts';
import { openSharedCounts } from '../rate-limit/shared-counts.ts';
import { reportViolations } from '../schemas/report-violations.ts';
import { openSchemas, type SchemaRegistry } from '../schemas/schema-registry.ts';
import { urlOf } from '../server/listen.ts';
import { isLoopback } from '../server/loopback.ts';
import { createShutdown } from '../server/shutdown.ts';
import type { Config } from '../settings/config.ts';
import { type OpenedStore, openStore } from '../stores/open-store.ts';
import type { StoreObserver } from '../stores/store-kinds.ts';
import { watchDiskSpace } from '../telemetry/disk-space.ts';
import { createLineOutput, type LineOutput } from '../telemetry/line-output.ts';
import { createLog, type Log } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { deleteExpiredEvents } from './delete-expired-events.ts';
import { serveWhileMigrating } from './serve-while-migrating.ts';
import { createServers, listenOnAll } from './servers.ts';
import { createStartError, messageOf, startStep } from './start-error.ts';

/** The parts of the process, such as Node's `process`, that a server requires. */
export interface HostProcess {
  /** Receives the log. */
  readonly stdout: Writable & { readonly isTTY?: boolean };
  /** Calls a function when the process ends, for any reason. */
  once(event: 'exit', listener: () => void): unknown;
  /** Ends the process; with 0 if every accepted request was finished. */
  exit(code: number): void;
}

/** A listening server. */
export interface RunningServer {
  readonly url: string;
  /** Reads the keys and the schemas again, from their files. */
  reload(): void;
  /** Finishes the running requests, and then ends the process. A second call ends it immediately. */
  stop(signal: string): void;
}

/** Time to write the rest of the log before the process ends. */
const FLUSH_TIMEOUT_MS = 1_000;

/**
 * Starts a server: opens the store of the settings, creates the tracker and the app, and listens.
 *
 * @throws StartError if the operator must change something
 */
export async function start(config: Config, host: HostProcess, version: string): Promise<RunningServer> {
  const keyring = startStep(() => openKeyring(config));

  const metrics = createMetrics(version);
  collectDefaultMetrics({ register: metrics.registry });
  const output = createLineOutput(host.stdout, metrics.logLineDropped);
  host.once('exit', output.flush); // also if a defect ends the process
  const log = createLog({ level: config.logLevel, output, isTerminal: host.stdout.isTTY === true });
  const telemetry = createTelemetry(log, metrics);
  log.info(`Event Tracker ${version} starts`);

  const schemas = await openConfiguredSchemas(config);
  if (schemas) log.info(`SCHEMAS=${config.schemas}: ${describeSchemas(schemas)}`);

  let isNewStore = false;
  let isStoreDamaged = false;
  const migrating = serveWhileMigrating({ config, keyring, telemetry, output });
  const opened = await openConfiguredStore(config, {
    groupCommit: metrics.groupCommit,
    onWaiting: (reason) => {
      log.warn(`EVENT_STORE: waiting for the store: ${reason.message}`);
      output.flush(); // so that the operator sees the reason
    },
    onOpened: ({ isNew, damage }) => {
      isNewStore = isNew;
      isStoreDamaged = damage !== undefined;
      if (damage !== undefined) log.error(damage);
    },
    onMigrating: migrating.report,
  }).finally(migrating.close);
  const store = telemetry.observeStore(opened.store);
  if (opened.folder !== undefined) telemetry.watch(watchDiskSpace(opened.folder));
  const sharedCounts = config.redisUrl === undefined ? undefined : await openSharedCounts(config.redisUrl, log);
  const tracker = createEventTracker({
    store,
    limits: config,
    retention: config.retention,
    schemas: schemas && { check: schemas.check, onViolation: reportViolations(log, metrics) },
    quarantine: createQuarantine(quarantineIdOf),
  });

  const draining = new AbortController();
  const stopping = new AbortController();
  const isDraining = (): boolean => draining.signal.aborted;
  const probed = { tracker, storeKind: opened.kind, isStoreDamaged, sharedCounts, isDraining, version, telemetry };
  const { http, operating } = createServers({
    config,
    keyring,
    telemetry,
    appOf: (settings) => createApp({ ...probed, schemas, stopping: stopping.signal, settings, findKey: keyring?.find }),
    operatingAppOf: () => createOperatingApp(probed),
  });

  const close = (): Promise<void> => {
    operating?.server.close();
    operating?.server.closeAllConnections();
    sharedCounts?.close();
    schemas?.close();
    return store.close();
  };
  const exit = (code: number): void => {
    void output.end(FLUSH_TIMEOUT_MS).then(() => host.exit(code));
  };
  const shutdown = createShutdown({ http, closeStore: close, draining, stopping, settings: config, log, exit });
  // If a deadline, a second signal or a defect ends the process, an unfinished response must not look complete.
  host.once('exit', http.breakOffUsed);

  const address = await listenOnAll({ http, operating }, config, log).catch(async (error: unknown) => {
    await close();
    throw createStartError(messageOf(error), error);
  });
  const url = urlOf(config, address);
  const { retention } = config;
  if (retention.length > 0) void deleteExpiredEvents({ tracker, retention, log, signal: draining.signal });
  log.info(
    `Event Tracker listens on ${url}${config.basePath}, store ${opened.name} (durability: ${store.guarantees.durability}${isNewStore ? ', new store, 0 events' : ''}), ${describeLimits(config)}, ${describeKeys(keyring)}`,
  );
  const home = `${url}${config.basePath}`;
  log.info(`Documentation is at ${home}/docs${config.webPage ? `, the web page at ${home}/` : ''}`);
  if (!keyring && !isLoopback(address.address))
    log.warn(
      `there are no keys: every client that reaches ${url} can read and write all events; API_KEYS_FILE sets keys`,
    );
  output.flush(); // the operator waits for this line
  const reload = (): void => {
    reloadKeys(keyring, log, output);
    if (schemas) void reloadSchemas(schemas, log, output);
  };
  return { url, reload, stop: shutdown.begin };
}

async function openConfiguredSchemas(config: Config): Promise<SchemaRegistry | undefined> {
  try {
    return await openSchemas(config);
  } catch (error) {
    throw createStartError(messageOf(error), error);
  }
}

async function openConfiguredStore(config: Config, observer: StoreObserver): Promise<OpenedStore> {
  try {
    return await openStore(config, observer);
  } catch (error) {
    // A RangeError describes an invalid option.
    if (!isEventTrackerError(error) && !(error instanceof RangeError)) throw error;
    throw createStartError(`EVENT_STORE: ${error.message}`, error);
  }
}

function reloadKeys(keyring: Keyring | undefined, log: Log, output: LineOutput): void {
  try {
    keyring?.reload();
    log.info(`SIGHUP: ${keyring ? `${describeKeys(keyring)} from now on` : 'there are no keys to read again'}`);
  } catch (error) {
    log.error(`SIGHUP: ${messageOf(error)}; the previous keys stay valid`);
  }
  output.flush(); // the operator waits for this line
}

async function reloadSchemas(schemas: SchemaRegistry, log: Log, output: LineOutput): Promise<void> {
  try {
    await schemas.reload();
    log.info(`SIGHUP: ${describeSchemas(schemas)} from now on`);
  } catch (error) {
    log.error(`SIGHUP: ${messageOf(error)}; the previous schemas stay valid`);
  }
  output.flush(); // the operator waits for this line
}

function describeSchemas(schemas: SchemaRegistry): string {
  const count = schemas.list().length;
  return count === 1 ? '1 schema' : `${count} schemas`;
}

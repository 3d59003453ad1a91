import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createEventTracker } from '@event-tracker/core';
import type { SchemaCheck } from '@event-tracker/core/schemas';
import { createQuarantine } from '@event-tracker/core/schemas';
import type { EventStorePort } from '@event-tracker/core/store';
import type { Hono } from 'hono';
import { createApp } from '../../src/app/app.ts';
import { createKeyring } from '../../src/auth/keyring.ts';
import type { Key } from '../../src/auth/parse-keys.ts';
import { quarantineIdOf } from '../../src/body/quarantine-id.ts';
import type { SharedCounts } from '../../src/rate-limit/shared-counts.ts';
import type { AppEnv } from '../../src/request/app-env.ts';
import type { SchemaRegistry } from '../../src/schemas/schema-registry.ts';
import { createHttpServer } from '../../src/server/http-server.ts';
import { type Config, parseConfig } from '../../src/settings/config.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { recordLog } from './log-lines.ts';

export interface AppOptions {
  readonly config?: Partial<Config>;
  /** The error with which the store rejects every call. */
  readonly failure?: Error;
  readonly isDraining?: boolean;
  /** Default: no keys, so that every client can do everything. */
  readonly keys?: readonly Key[];
  /** Default: no schemas. */
  readonly schemaCheck?: SchemaCheck;
  /** Default: the limits of this server alone. */
  readonly sharedCounts?: SharedCounts;
}

/** Starts a server in the process of the tests, so that its store can fail. */
export interface ServedApp {
  readonly app: Hono<AppEnv>;
  readonly url: string;
  close(): void;
}

export async function serveApp(options: AppOptions = {}): Promise<ServedApp> {
  const { app, settings, telemetry } = createTestApp(options);
  const { server } = createHttpServer(app, settings, telemetry.requests);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    app,
    url: `http://127.0.0.1:${port}${settings.basePath}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Creates an app with a memory store, which does not listen. */
export function createTestApp(options: AppOptions = {}) {
  const { config, failure, isDraining = false, keys, schemaCheck, sharedCounts } = options;
  const settings = { ...parseConfig({}), ...config };
  const store = failure ? createFailingStore(failure) : createMemoryEventStore();
  const telemetry = createTelemetry(recordLog('silent').log);
  const app = createApp({
    tracker: createEventTracker({
      store,
      limits: settings,
      retention: settings.retention,
      schemas: schemaCheck && { check: schemaCheck },
      quarantine: createQuarantine(quarantineIdOf),
    }),
    storeKind: 'memory',
    sharedCounts,
    settings,
    findKey: keys && createKeyring(() => keys).find,
    schemas: schemaCheck && createSchemas(schemaCheck),
    isDraining: () => isDraining,
    stopping: isDraining ? AbortSignal.abort() : new AbortController().signal,
    version: '0.0.0',
    telemetry,
  });
  return { app, settings, telemetry };
}

/** Returns one schema, that of every event type. */
function createSchemas(check: SchemaCheck): SchemaRegistry {
  const schema = { eventType: '*', file: '*.json', mode: 'enforce', schema: {} } as const;
  return { list: () => [schema], find: () => schema, check, reload: () => Promise.resolve(), close: () => {} };
}

function createFailingStore(failure: Error): EventStorePort {
  const fail = (): Promise<never> => Promise.reject(failure);
  return {
    ...createMemoryEventStore(),
    append: fail,
    head: fail,
    readAfter: fail,
    get: fail,
    query: fail,
    aggregate: fail,
    delete: fail,
    ping: fail,
  };
}

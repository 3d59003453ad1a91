import type { Server } from 'node:http';
import { createEventTracker } from '@event-tracker/core';
import { createQuarantine } from '@event-tracker/core/schemas';
import type { EventStorePort } from '@event-tracker/core/store';
import { createApp } from '../../src/app/app.ts';
import { openKeyring } from '../../src/auth/keyring.ts';
import { quarantineIdOf } from '../../src/body/quarantine-id.ts';
import { createHttpServer } from '../../src/server/http-server.ts';
import { createShutdown, type Shutdown } from '../../src/server/shutdown.ts';
import { parseConfig } from '../../src/settings/config.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { recordLog } from './log-lines.ts';

/** A server with a store of the test. */
export interface ServedStore {
  readonly url: string;
  readonly shutdown: Shutdown;
  readonly server: Server;
  /** Closes all connections. */
  close(): void;
}

export interface ServeOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: Log;
  readonly exit?: (code: number) => void;
  /** Time after which a stream without events sends a comment. */
  readonly heartbeatMs?: number;
}

/** Starts a server with a store, as the composition root does, on a free port. */
export async function serveStore(
  store: EventStorePort,
  { env = {}, log = recordLog('silent').log, exit = () => {}, heartbeatMs }: ServeOptions = {},
): Promise<ServedStore> {
  const config = parseConfig({ BIND_ADDRESS: '127.0.0.1:0', RATE_LIMIT: 'off', ...env });
  const telemetry = createTelemetry(log);
  const draining = new AbortController();
  const stopping = new AbortController();
  const observed = telemetry.observeStore(store);
  const app = createApp({
    tracker: createEventTracker({ store: observed, limits: config, quarantine: createQuarantine(quarantineIdOf) }),
    storeKind: 'stub',
    settings: config,
    findKey: openKeyring(config)?.find,
    isDraining: () => draining.signal.aborted,
    stopping: stopping.signal,
    heartbeatMs,
    version: '0.0.0',
    telemetry,
  });
  const http = createHttpServer(app, config, telemetry.requests);
  const shutdown = createShutdown({
    http,
    closeStore: () => store.close(),
    draining,
    stopping,
    settings: config,
    log,
    exit,
  });
  await new Promise<void>((resolve) => http.server.listen(config.port, config.host, resolve));
  const address = http.server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    shutdown,
    server: http.server,
    close: () => {
      http.server.close();
      http.server.closeAllConnections();
    },
  };
}

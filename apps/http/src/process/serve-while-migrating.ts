import { createMigratingApp, percent } from '../app/migrating-app.ts';
import type { Keyring } from '../auth/keyring.ts';
import type { Config } from '../settings/config.ts';
import type { MigrationProgress } from '../stores/store-kinds.ts';
import type { LineOutput } from '../telemetry/line-output.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { createServers, listenOnAll, type Servers } from './servers.ts';
import { messageOf } from './start-error.ts';

/** Serves and logs that the store is being migrated. */
export interface MigrationServer {
  /** Begins to listen at the first call. */
  report(progress: MigrationProgress): void;
  /** Stops listening, so that the servers of the store can listen on the same addresses. */
  close(): Promise<void>;
}

export interface MigrationServerDependencies {
  readonly config: Config;
  readonly keyring: Keyring | undefined;
  readonly telemetry: Telemetry;
  readonly output: LineOutput;
}

/** Interval at which the progress is logged. */
const LOG_EVERY_MS = 5_000;

/** Serves on the addresses of the server, from the first progress of a migration until it is closed. */
export function serveWhileMigrating(dependencies: MigrationServerDependencies): MigrationServer {
  const { config, keyring, telemetry, output } = dependencies;
  const { log } = telemetry;
  let share = 0;
  let servers: Servers | undefined;
  let listening: Promise<unknown> | undefined;
  let loggedAt = Number.NEGATIVE_INFINITY;
  /** The first progress after the file was checked, from which the time left is computed. */
  let first: { readonly at: number; readonly share: number } | undefined;

  function begin(): Servers {
    const common = { telemetry, share: () => share };
    const findKey = keyring?.find;
    const created = createServers({
      config,
      keyring,
      telemetry,
      appOf: (settings) => createMigratingApp({ ...common, settings, findKey, hasMetrics: !settings.metricsAddress }),
      operatingAppOf: (settings) => createMigratingApp({ ...common, settings, findKey: undefined, hasMetrics: true }),
    });
    // The servers of the store report an address that is in use.
    listening = listenOnAll(created, config, log).catch((error: unknown) => log.warn(messageOf(error)));
    log.info('EVENT_STORE: the store is being migrated to the format of this version; until then, requests get 503');
    output.flush(); // the operator waits for this line
    return created;
  }

  function logProgress({ moved }: MigrationProgress): void {
    const now = performance.now();
    if (moved === 0) return;
    first ??= { at: now, share };
    if (now - loggedAt < LOG_EVERY_MS) return;
    loggedAt = now;
    const left = share > first.share ? ((now - first.at) * (1 - share)) / (share - first.share) : undefined;
    const about = left === undefined ? '' : `, about ${Math.ceil(left / 1_000)} s left`;
    log.info(`EVENT_STORE: ${percent(share)} of the store is migrated, ${moved} events by this server${about}`);
    output.flush();
  }

  return {
    report: (progress) => {
      share = progress.share;
      servers ??= begin();
      logProgress(progress);
    },
    close: async () => {
      await listening;
      for (const http of [servers?.http, servers?.operating]) {
        http?.closeAfterResponses();
        http?.server.close();
      }
    },
  };
}

import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, type Log } from '../telemetry/log.ts';
import type { HttpServer } from './http-server.ts';

export interface ShutdownSettings {
  /** Time for which new connections are still accepted, so that a load balancer notices. */
  readonly drainDelayMs: number;
  /** Time after which the shutdown is forced. */
  readonly shutdownTimeoutMs: number;
}

export interface ShutdownDependencies {
  readonly http: HttpServer;
  /** Closes the resources of requests, after all requests have been served. */
  readonly closeStore: () => Promise<void>;
  /** Aborted when draining begins. */
  readonly draining: AbortController;
  /** Aborted when no more connections are accepted: streams end. */
  readonly stopping: AbortController;
  readonly settings: ShutdownSettings;
  readonly log: Log;
  readonly exit: (code: number) => void;
}

/** Ends a server without losing what it has accepted. */
export interface Shutdown {
  /** Begins to drain, and logs the signal that caused it; called a second time, exits immediately. */
  begin(signal: string): void;
}

/** Time for busy clients to see `Connection: close` in their next response before idle connections are closed. */
const KEEP_ALIVE_GRACE_MS = 250;
const CLOSE_UNUSED_EVERY_MS = 50;

export function createShutdown(dependencies: ShutdownDependencies): Shutdown {
  const { http, closeStore, draining, stopping, settings, log, exit } = dependencies;

  async function drain(): Promise<void> {
    http.closeAfterResponses();
    await sleep(settings.drainDelayMs);
    const allClosed = stopAccepting(http);
    stopping.abort(); // not earlier: the clients would reconnect to this server
    await Promise.race([allClosed, sleep(KEEP_ALIVE_GRACE_MS)]);
    const closingUnused = setInterval(() => http.closeUnused(), CLOSE_UNUSED_EVERY_MS);
    await allClosed;
    clearInterval(closingUnused);
    await closeStore();
  }

  function giveUp(when: string): void {
    const unanswered = http.unanswered();
    log.error({ unanswered }, `stopped ${when} with ${unanswered} requests unanswered`);
    exit(1);
  }

  return {
    begin: (signal) => {
      if (draining.signal.aborted) return giveUp(`at a second signal, ${signal},`);
      draining.abort();
      log.info(`${signal}: stopping, which may take ${settings.shutdownTimeoutMs} ms`);
      // Keeps the process alive: otherwise, if the store never closes, the process would exit with 0.
      const deadline = setTimeout(giveUp, settings.shutdownTimeoutMs, `after ${settings.shutdownTimeoutMs} ms`);
      const drained = drain().finally(() => clearTimeout(deadline));
      drained.then(
        () => {
          log.info('stopped');
          exit(0);
        },
        (error: unknown) => {
          log.error({ error: describeError(error) }, 'stopping failed');
          exit(1);
        },
      );
    },
  };
}

/** Accepts no more connections; resolves when the last one is closed. */
function stopAccepting({ server }: HttpServer): Promise<void> {
  // http.Server.close would also close idle connections immediately, on which a request can be in transit.
  return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
}

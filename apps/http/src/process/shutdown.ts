import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpServer } from '../server/http-server.ts';
import { describeError, type Log } from '../telemetry/log.ts';

export interface ShutdownSettings {
  /** How long new connections are still accepted, for a load balancer to notice. */
  readonly drainDelayMs: number;
  /** When everything has to be over. */
  readonly shutdownTimeoutMs: number;
}

export interface ShutdownDependencies {
  readonly http: HttpServer;
  readonly closeStore: () => Promise<void>;
  readonly settings: ShutdownSettings;
  readonly log: Log;
  readonly exit: (code: number) => void;
}

/** Ends a server without losing what it has accepted. */
export interface Shutdown {
  isDraining(): boolean;
  /** Begins to drain, and says at which signal; called a second time, exits at once. */
  begin(signal: NodeJS.Signals): void;
}

/** Time for busy clients to see `Connection: close` in their next answer before unused connections are closed. */
const KEEP_ALIVE_GRACE_MS = 250;
const CLOSE_UNUSED_EVERY_MS = 50;

export function createShutdown({ http, closeStore, settings, log, exit }: ShutdownDependencies): Shutdown {
  let isDraining = false;

  async function drain(): Promise<void> {
    http.closeAfterAnswers();
    await sleep(settings.drainDelayMs);
    const allClosed = stopAccepting(http);
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
    isDraining: () => isDraining,
    begin: (signal) => {
      if (isDraining) return giveUp(`at a second signal, ${signal},`);
      isDraining = true;
      log.info(`${signal}: stopping, which may take ${settings.shutdownTimeoutMs} ms`);
      // Keeps the process alive: one whose store never closes would otherwise end as if all were well.
      setTimeout(giveUp, settings.shutdownTimeoutMs, `after ${settings.shutdownTimeoutMs} ms`);
      drain().then(
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
  // http.Server.close would also cut idle connections at once, on which a request may be on its way.
  return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
}

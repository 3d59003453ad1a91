import type { Writable } from 'node:stream';
import { parseConfig } from '../settings/config.ts';
import { type HostProcess, start } from './start.ts';
import { startStep } from './start-error.ts';
import { readVersion } from './version.ts';

/** Options of `startServer`. */
export interface StartServerOptions {
  /** Receives the log, as lines of JSON; of a terminal, as text. Default: standard output. */
  readonly log?: Writable & { readonly isTTY?: boolean };
}

/** A server in this process. */
export interface StartedServer {
  /** Where the server listens, with its base path. */
  readonly url: string;
  /** Reads the keys and the schemas again, from their files. */
  reload(): void;
  /**
   * Finishes the running requests and closes the store. Can be called again.
   *
   * @throws Error if a request was not finished within `SHUTDOWN_TIMEOUT_MS`
   */
  stop(): Promise<void>;
}

/**
 * Starts a server in this process, such as for tests. Signals and the environment of the process do not affect it.
 *
 * @param settings by their names in the environment
 * @throws Error that names what must be changed
 * @example
 * const server = await startServer({ EVENT_STORE: 'memory:', PORT: '0' });
 * const client = createEventTrackerClient({ url: server.url });
 */
export async function startServer(
  settings: Readonly<Record<string, string>> = {},
  { log = process.stdout }: StartServerOptions = {},
): Promise<StartedServer> {
  const config = startStep(() => parseConfig(settings));
  const listeners: (() => void)[] = [];
  const exit = Promise.withResolvers<number>();
  const host: HostProcess = {
    stdout: log,
    once: (event, listener) => {
      listeners.push(listener);
      process.once(event, listener);
    },
    exit: exit.resolve,
  };
  const leaveProcess = (): void => {
    for (const listener of listeners) {
      process.off('exit', listener);
      listener(); // writes the rest of the log, and breaks connections off that are still used
    }
  };

  const server = await start(config, host, readVersion()).catch((error: unknown) => {
    leaveProcess();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    server.stop('stop()');
    const code = await exit.promise;
    leaveProcess();
    if (code !== 0) throw new Error('the server did not stop in order; the reason is in its log');
  }
  return {
    url: server.url + config.basePath,
    reload: server.reload,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

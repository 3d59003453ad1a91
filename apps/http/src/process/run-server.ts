import { parseConfig } from '../settings/config.ts';
import { onReloadSignal } from './reload-signal.ts';
import { type RunningServer, start } from './start.ts';
import { isStartError, startStep } from './start-error.ts';
import { onStopSignal } from './stop-signals.ts';
import { readVersion } from './version.ts';

/**
 * Runs a server in this process, with settings by their names in the environment, until SIGTERM or SIGINT ends the process. SIGHUP
 * reads keys and schemas again. The process ends with 1, and a message on standard error, if the settings are wrong.
 */
export async function runServer(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  let server: RunningServer | undefined;

  /** Before the server runs, it has no requests to finish. */
  function stop(signal: string): void {
    if (server) server.stop(signal);
    else process.exit(0);
  }

  // Before all else, because Node ignores these signals by default if it is the first process of a container.
  onStopSignal(stop);
  onReloadSignal(
    () => server?.reload(),
    () => stop('SIGHUP'),
  );

  try {
    server = await start(
      startStep(() => parseConfig(environment)),
      process,
      readVersion(),
    );
  } catch (error) {
    if (!isStartError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

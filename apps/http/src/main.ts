import { readFileSync } from 'node:fs';
import { onReloadSignal } from './process/reload-signal.ts';
import { type RunningServer, start } from './process/start.ts';
import { isStartError, startStep } from './process/start-error.ts';
import { onStopSignal } from './process/stop-signals.ts';
import { parseConfig } from './settings/config.ts';

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

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const [argument] = process.argv.slice(2);
if (argument === '--version') {
  process.stdout.write(`${version}\n`);
  process.exit(0);
}
try {
  server = await start(
    startStep(() => {
      if (argument !== undefined) throw new Error(`${argument}: unknown argument; settings are environment variables`);
      return parseConfig(process.env);
    }),
    process,
    version,
  );
} catch (error) {
  if (!isStartError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

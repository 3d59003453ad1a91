import type { Command } from 'commander';
import { leaveSignals } from '../command-line/end-on-signals.ts';
import { createUsageError } from '../command-line/usage-error.ts';
import { unwatchStandardOutput } from '../output/standard-output.ts';

/** The options, each with the setting of the server that it sets. */
const SETTINGS = {
  port: 'PORT',
  bind: 'BIND_ADDRESS',
  store: 'EVENT_STORE',
  keysFile: 'API_KEYS_FILE',
  schemas: 'SCHEMAS',
} as const;

type ServeOptions = Partial<Record<keyof typeof SETTINGS, string>>;

const HELP_END = `
The environment sets everything else, as for every server; an option wins over
its setting, which is in parentheses:
https://example.com/event-tracker/blob/main/docs/operate/settings.md

The server writes its log to standard output. Ctrl-C and SIGTERM end it after
the running requests, with exit code 0; SIGHUP makes it read keys and schemas
again. It ends with 1 if a setting is wrong.`;

export function defineServe(program: Command): void {
  program
    .command('serve')
    .description('Starts a server, with a web page, that stores events in ./data/events.sqlite by default.')
    .option('--port <number>', 'port to listen on (PORT; default: 8080)')
    .option('--bind <address>', 'address to listen on; 0.0.0.0 is every network (BIND_ADDRESS; default: 127.0.0.1)')
    .option('--store <store>', 'sqlite:PATH, postgres://…, clickhouse://… or memory: (EVENT_STORE)')
    .option('--keys-file <file>', 'keys of clients, made by the command key (API_KEYS_FILE; default: no keys)')
    .option('--schemas <folder>', 'JSON Schemas of payloads (SCHEMAS)')
    .configureHelp({ showGlobalOptions: false }) // which are of clients
    .addHelpText('after', HELP_END)
    .action(async (options: ServeOptions, self: Command) => {
      refuseOptionsOfClients(self);
      const environment = { ...process.env, ...settingsOf(options) };
      refuseSecondPort(options, environment.BIND_ADDRESS);
      const { runServer } = await loadServer();
      leaveSignals();
      unwatchStandardOutput(); // the server continues when nothing reads its log
      await runServer(environment);
    });
}

function refuseOptionsOfClients(command: Command): void {
  if (command.optsWithGlobals<{ keyFile?: string }>().keyFile !== undefined)
    throw createUsageError('--key-file has the key of a client; --keys-file has the keys that the server accepts');
  if (command.parent?.getOptionValueSource('url') === 'cli')
    throw createUsageError('--url names the server of a client; --port and --bind set where a server listens');
}

/** Refuses a port that would be ignored, because an address has one, too. */
function refuseSecondPort({ port }: ServeOptions, address = ''): void {
  if (port !== undefined && /[^:]:\d+$/.test(address))
    throw createUsageError(`--port ${port}: the address ${address} (--bind or BIND_ADDRESS) has another port`);
}

function settingsOf(options: ServeOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [SETTINGS[name as keyof ServeOptions], value]),
  );
}

/** Loads the server, which an installation with `--omit=optional` lacks. */
async function loadServer(): Promise<typeof import('@event-tracker/server')> {
  try {
    return await import('@event-tracker/server');
  } catch (cause) {
    if (!isNotFound(cause)) throw cause;
    throw createUsageError('the server is not installed; npm install @event-tracker/server installs it', { cause });
  }
}

function isNotFound(error: unknown): boolean {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  return isMissing && error.message.includes("'@event-tracker/server'"); // and not a dependency of it
}

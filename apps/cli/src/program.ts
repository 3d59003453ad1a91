import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { endOnSignals } from './command-line/end-on-signals.ts';
import { EXIT_CODES } from './command-line/exit-codes.ts';
import { defineCompletion } from './commands/completion.ts';
import { defineDelete } from './commands/delete.ts';
import { defineExport } from './commands/export.ts';
import { defineForward } from './commands/forward.ts';
import { defineImport } from './commands/import.ts';
import { defineKey } from './commands/key.ts';
import { defineQuery } from './commands/query.ts';
import { defineSchema } from './commands/schema.ts';
import { defineServe } from './commands/serve.ts';
import { defineStats } from './commands/stats.ts';
import { defineSubmit } from './commands/submit.ts';
import { defineTail } from './commands/tail.ts';
import { defineTypes } from './commands/types.ts';
import { watchStandardOutput } from './output/standard-output.ts';
import { DEFAULT_URL } from './server/open-tracker.ts';

/*
 * The commands, in the order of the help. Their files load only what describes them; a command loads the client when it runs, so
 * that help and mistakes are shown without delay.
 */
const COMMANDS = [
  defineServe,
  defineSubmit,
  defineQuery,
  defineTail,
  defineStats,
  defineTypes,
  defineImport,
  defineExport,
  defineForward,
  defineDelete,
  defineSchema,
  defineKey,
  defineCompletion,
] as const;

const HELP_END = `
Examples:
  event-tracker serve
  event-tracker submit login '{"user_id":7}'
  event-tracker query event_type=login --since 1h
  event-tracker stats --interval 1d --group-by event_type

Filters are those of the HTTP API: event_type=login, start=2025-01-01, q=TEXT,
'event_type[prefix]=order.', payload.user_id=7, 'payload.amount[gte]=10'.
Repeat event_type for one of several types.

EVENT_TRACKER_URL is the default of --url. EVENT_TRACKER_KEY has the API key.

Exit codes: 0 done; 1 refused, or events do not match a schema; 2 wrong usage;
3 the server is not available; 130 interrupted.`;

/** Creates the program with all its commands. */
function createProgram(): Command {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const program = new Command('event-tracker')
    .description('Starts an Event Tracker server; submits, queries, watches, imports and exports its events.')
    .version(version)
    .addOption(new Option('--url <url>', 'the server').env('EVENT_TRACKER_URL').default(DEFAULT_URL))
    .option('--key-file <file>', 'a file whose first line is the API key (default: the key is in EVENT_TRACKER_KEY)')
    .addHelpText('after', HELP_END)
    .configureHelp({ showGlobalOptions: true, subcommandTerm: (command) => command.name() })
    .showHelpAfterError('(--help shows the usage)')
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'event-tracker:')) })
    .exitOverride();
  for (const define of COMMANDS) define(program);
  return program;
}

/** Runs the command that the arguments name as a process, which ends at a signal or when its output is no longer read. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  endOnSignals();
  watchStandardOutput();
  await runCommand(argv);
}

/** Runs the command that the arguments name, and sets the exit code of the process. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    await createProgram().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage; // commander has printed the message
      return;
    }
    const { describeFailure } = await import('./command-line/describe-failure.ts');
    const { message, exitCode } = describeFailure(error);
    process.stderr.write(`event-tracker: ${message}\n`);
    process.exitCode = exitCode;
  }
}

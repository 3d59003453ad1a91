import { appendFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { createInputError } from '../command-line/input-error.ts';
import { createUsageError } from '../command-line/usage-error.ts';
import type { OnRefused, Target } from '../forward/target.ts';
import { connect, openTracker, readKeyFile } from '../server/open-tracker.ts';

interface ForwardCommandOptions extends FilterOptions {
  readonly to: string;
  readonly as: 'tracker' | 'webhook';
  readonly state: string;
  readonly toKeyFile?: string;
  readonly after: string;
  readonly refused?: string;
  readonly once?: boolean;
}

export function defineForward(program: Command): void {
  const command = program
    .command('forward')
    .description('Sends matching events to another tracker or a webhook as they arrive, each at least once.');
  addFilters(command)
    .requiredOption('--to <url>', 'the target')
    .requiredOption('--state <file>', 'keeps the position, so that a later run continues there')
    .addOption(new Option('--as <kind>', 'what the target is').choices(['tracker', 'webhook']).default('tracker'))
    .option('--to-key-file <file>', 'API key of the tracker, or secret whsec_… of the webhook')
    .addOption(new Option('--after <place>', 'where the first run begins').choices(['start', 'now']).default('start'))
    .option('--refused <file>', 'sets events aside that the target refuses (default: the first one ends the command)')
    .option('--once', 'end when all stored events are forwarded')
    .addHelpText(
      'after',
      '\nEVENT_TRACKER_TO_KEY has the key or the secret of the target, if there is no\n--to-key-file.',
    )
    .action(async (args: string[], options: ForwardCommandOptions, self: Command) => {
      const { to, after, refused, once = false } = options;
      const { forwardEvents } = await import('../forward/forward-events.ts');
      const { openStateFile } = await import('../forward/state-file.ts');
      const filters = await readFilters(args, options);
      const target = await createTarget(options);
      const source = await openTracker(self, { retryForMs: 0 }); // forwardEvents retries, and reports it
      const state = openStateFile(options.state, to);
      const onRefused: OnRefused = (event, problem) => setAside(refused, event, problem);
      await forwardEvents({ source, filters, target, state, after, isOnce: once, onRefused });
    });
}

async function createTarget({ to, as, toKeyFile }: ForwardCommandOptions): Promise<Target> {
  const key = toKeyFile === undefined ? process.env.EVENT_TRACKER_TO_KEY : readKeyFile(toKeyFile);
  if (as === 'tracker') {
    const { createTrackerTarget } = await import('../forward/tracker-target.ts');
    return createTrackerTarget(await connect({ url: to, key, retryForMs: 0 }));
  }
  if (!URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol))
    throw createUsageError(`--to ${to}: expected an http or https URL`);
  if (key === undefined) throw createUsageError('a webhook requires its secret: --to-key-file or EVENT_TRACKER_TO_KEY');
  const { createWebhookTarget } = await import('../forward/webhook-target.ts');
  const { parseWebhookSecret } = await import('../forward/webhook-signature.ts');
  return createWebhookTarget(to, parseWebhookSecret(key));
}

function setAside(file: string | undefined, event: Parameters<OnRefused>[0], problem: string): void {
  const message = `the target refuses the event ${event.id}: ${problem}`;
  if (file === undefined) throw createInputError(`${message}; --refused FILE sets such events aside`);
  process.stderr.write(`event-tracker: ${message}\n`);
  appendFileSync(file, `${JSON.stringify({ problem, event })}\n`);
}

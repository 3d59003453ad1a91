import { hash, randomBytes } from 'node:crypto';
import { type Command, InvalidArgumentError } from 'commander';
import { writeOutput } from '../output/standard-output.ts';

const NAME = /^[A-Za-z0-9._-]{1,64}$/;
const SCOPES: readonly string[] = ['read', 'write', 'admin'];
/** Programs that search source code for leaked keys can detect this prefix. */
const PREFIX = 'etk_';
const RANDOM_BYTES = 32;

interface KeyOptions {
  readonly name: string;
  readonly scope: string;
}

export function defineKey(program: Command): void {
  program
    .command('key')
    .description(
      'Makes an API key: writes the key to standard error, and its line for API_KEYS_FILE to standard output.',
    )
    .requiredOption('--name <name>', 'name of the client', parseName)
    .requiredOption('--scope <scopes>', 'read, write and admin, with commas between them', parseScopes)
    .action(async ({ name, scope }: KeyOptions) => {
      const secret = `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
      process.stderr.write(`The key of ${name}, shown this once: ${secret}\n`);
      await writeOutput(`${name} ${scope} ${hash('sha256', secret)}\n`);
    });
}

function parseName(text: string): string {
  if (!NAME.test(text))
    throw new InvalidArgumentError('expected 1 to 64 letters, digits, dots, hyphens and underscores');
  return text;
}

function parseScopes(text: string): string {
  if (!text.split(',').every((scope) => SCOPES.includes(scope)))
    throw new InvalidArgumentError('expected scopes of read, write and admin, with commas between them');
  return text;
}

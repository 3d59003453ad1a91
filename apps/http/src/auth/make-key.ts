/*
 * Creates a key, and shows it once:
 *
 *   npm run --silent key -- --name ci --scope write >> keys.txt
 *
 * Writes the key to standard error, and its line for API_KEYS_FILE to standard output. The key cannot be recovered from the
 * line.
 */
import { hash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { parseKey } from './parse-keys.ts';

const USAGE = 'usage: npm run key -- --name NAME --scope SCOPE[,SCOPE], of read, write and admin';
/** Programs that search source code for leaked keys can detect this prefix. */
const PREFIX = 'etk_';
const RANDOM_BYTES = 32;

function run(): void {
  const { values } = parseArgs({
    options: { name: { type: 'string' }, scope: { type: 'string', multiple: true } },
  });
  const { name, scope } = values;
  if (name === undefined) throw new Error('--name is missing');
  if (scope === undefined) throw new Error('--scope is missing');

  const secret = `${PREFIX}${randomBytes(RANDOM_BYTES).toString('base64url')}`;
  const sha256 = hash('sha256', secret);
  parseKey(name, scope.join(), sha256); // checks the line as the server does
  process.stderr.write(`The key of ${name}, shown this once: ${secret}\n`);
  process.stdout.write(`${name} ${scope.join()} ${sha256}\n`);
}

// A bundle can put code that the server imports into this file. Node before 24.2 has no `import.meta.main`.
if (import.meta.main !== false) {
  try {
    run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
    process.exitCode = 1;
  }
}

import { once } from 'node:events';
import { EXIT_CODES } from '../command-line/exit-codes.ts';

/** Ends the process when a write finds that nothing reads the output any more, such as after `head -1`. */
export function watchStandardOutput(): void {
  process.stdout.on('error', endWithOutput);
}

/** Leaves errors of standard output to a command that handles them itself. */
export function unwatchStandardOutput(): void {
  process.stdout.off('error', endWithOutput);
}

function endWithOutput(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT_CODES.done);
  process.stderr.write(`event-tracker: standard output: ${error.message}\n`);
  process.exit(EXIT_CODES.refused);
}

/** Writes a text to standard output. Resolves when more can be written. */
export async function writeOutput(text: string): Promise<void> {
  if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Writes a hint to standard error, if a person reads the output. */
export function writeHint(text: string): void {
  if (process.stdout.isTTY && process.stderr.isTTY) process.stderr.write(`event-tracker: ${text}\n`);
}

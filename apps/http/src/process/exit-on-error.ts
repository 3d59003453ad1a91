/** Ends the process with a line that says why it cannot start. */
export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Answers what a step of the start comes to; where that throws, its message ends the process. */
export function orFail<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    return fail(messageOf(error));
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

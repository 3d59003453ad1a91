/** An SQL statement and the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Maximum duration in milliseconds, if it is less than the time left. */
  readonly timeoutMs?: number;
}

/** Collects the values of the parameters while the text of a statement is built. */
export interface Parameters {
  readonly values: readonly unknown[];
  /** Adds a value and returns its placeholder. */
  add(value: unknown): string;
}

export function createParameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

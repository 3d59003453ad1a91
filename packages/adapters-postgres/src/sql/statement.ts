/** One statement of SQL with the values of its parameters. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** How long to wait for the answer, where that is less than the time that is left. */
  readonly timeoutMs?: number;
}

/** Collects the values of a statement's parameters while its text is put together. */
export interface Parameters {
  readonly values: readonly unknown[];
  /** Takes in a value and answers the name by which the text refers to it. */
  add(value: unknown): string;
}

export function createParameters(): Parameters {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

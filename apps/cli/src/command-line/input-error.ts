/** A file has something else than the command needs. The message names the file and the place. */
export interface InputError extends Error {
  readonly code: 'input';
}

export function createInputError(message: string, options?: ErrorOptions): InputError {
  return Object.assign(new Error(message, options), { name: 'InputError', code: 'input' } as const);
}

export function isInputError(error: unknown): error is InputError {
  return error instanceof Error && 'code' in error && error.code === 'input';
}

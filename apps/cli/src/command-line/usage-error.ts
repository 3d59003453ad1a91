/** The arguments of a command are wrong. */
export interface UsageError extends Error {
  readonly code: 'usage';
}

export function createUsageError(message: string, options?: ErrorOptions): UsageError {
  return Object.assign(new Error(message, options), { name: 'UsageError', code: 'usage' } as const);
}

export function isUsageError(error: unknown): error is UsageError {
  return error instanceof Error && 'code' in error && error.code === 'usage';
}

/**
 * Returns the message of an error, for the errors of a store. Node reports failed connections to several addresses of a host
 * as an AggregateError without a message; its message is that of each connection.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

import { EXIT_CODES } from './exit-codes.ts';

const endInterrupted = (): void => process.exit(EXIT_CODES.interrupted);
const endTerminated = (): void => process.exit(EXIT_CODES.terminated);

/** Ends the process on SIGINT and SIGTERM, with the exit code by which shells recognize them. */
export function endOnSignals(): void {
  process.once('SIGINT', endInterrupted);
  process.once('SIGTERM', endTerminated);
}

/** Leaves the signals to a command that handles them itself. */
export function leaveSignals(): void {
  process.off('SIGINT', endInterrupted);
  process.off('SIGTERM', endTerminated);
}

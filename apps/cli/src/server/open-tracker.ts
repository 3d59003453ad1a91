import type { EventTrackerClient } from '@event-tracker/client';
import type { Command } from 'commander';
import { readText } from '../command-line/read-text.ts';
import { createUsageError } from '../command-line/usage-error.ts';

export const DEFAULT_URL = 'http://127.0.0.1:8080';
/** Time for which a command repeats a request: short enough for a person who waits, long enough for a server that restarts. */
const RETRY_FOR_MS = 3_000;

/** How to reach a server. */
interface TrackerOptions {
  readonly url: string;
  readonly key?: string | undefined;
  /** Time for which requests are repeated after temporary failures. Default: 3 seconds */
  readonly retryForMs?: number;
}

/**
 * Returns the tracker that the options of the program and its environment name.
 *
 * @throws UsageError
 */
export function openTracker(
  command: Command,
  options: Pick<TrackerOptions, 'retryForMs'> = {},
): Promise<EventTrackerClient> {
  const { url, keyFile } = command.optsWithGlobals<{ url: string; keyFile?: string }>();
  const { EVENT_TRACKER_KEY } = process.env;
  const key = keyFile === undefined ? EVENT_TRACKER_KEY : readKeyFile(keyFile);
  return connect({ url, key: key === '' ? undefined : key, ...options });
}

/**
 * Creates a client. Loads the package of the client.
 *
 * @throws UsageError
 */
export async function connect({ url, key, retryForMs = RETRY_FOR_MS }: TrackerOptions): Promise<EventTrackerClient> {
  const { createEventTrackerClient } = await import('@event-tracker/client');
  try {
    return createEventTrackerClient({ url, key, retryForMs });
  } catch (cause) {
    if (cause instanceof TypeError) throw createUsageError(cause.message, { cause });
    throw cause;
  }
}

/** Returns the first line of a file. */
export function readKeyFile(path: string): string {
  const [line = ''] = readText(path).split(/\r?\n/, 1);
  if (line.trim() === '') throw createUsageError(`${path}: expected a key in the first line`);
  return line.trim();
}

// Export for pino: a transport that submits log lines as events.

import { Writable } from 'node:stream';
import { isOverloadedError } from '@event-tracker/core';
import { parseJsonText } from '@event-tracker/core/store';
import type { EventTrackerClient } from '../client.ts';
import { createEventTrackerClient } from '../event-tracker-client.ts';
import { toNewEvent } from './to-new-event.ts';

/** Options of the transport. They must be JSON, because pino runs transports in a worker. */
export interface PinoTransportOptions {
  /** URL of the server, with its base path if it has one. */
  readonly url: string;
  /** API key. Default: none */
  readonly key?: string;
  /** Event type of log lines without a field `event_type`. Default: `log` */
  readonly eventType?: string;
}

/**
 * Creates a pino transport. Log lines wait while the queue is full. A line that is not stored is written to stderr with the reason.
 *
 * @example
 * const logger = pino({ transport: { target: '@event-tracker/client/pino', options: { url: 'http://127.0.0.1:8080' } } });
 */
// biome-ignore lint/style/noDefaultExport: pino requires it
export default function createPinoTransport({ url, key, eventType = 'log' }: PinoTransportOptions): Writable {
  const client = createEventTrackerClient({
    url,
    key,
    onRejected: (event, error) => report(JSON.stringify(event), error),
  });
  let rest = '';

  async function write(text: string): Promise<void> {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) await submitLine(client, line, eventType);
  }

  return new Writable({
    decodeStrings: false,
    defaultEncoding: 'utf8',
    write: (chunk, _, done) => {
      write(String(chunk)).then(() => done(), done);
    },
    final: (done) => {
      write('\n')
        .then(() => client.close())
        .then(() => done(), done);
    },
  });
}

/** Queues a line, as soon as there is room. Never rejects. */
async function submitLine(client: EventTrackerClient, line: string, eventType: string): Promise<void> {
  if (line === '') return;
  for (;;) {
    try {
      client.submitLater(toNewEvent(parseJsonText(line), eventType));
      return;
    } catch (error) {
      if (!isOverloadedError(error)) return report(line, error);
      await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
    }
  }
}

function report(line: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`event-tracker: a log line was not stored: ${reason}: ${line}\n`);
}

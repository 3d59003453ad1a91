import type { CancelSignal } from '@event-tracker/core/store';
import { type Connection, readAll } from '../request/connection.ts';
import { temporaryFailureOf } from '../request/errors.ts';
import { createRetries } from '../request/retries.ts';
import { batchCall, readBatchResult } from '../submit/submit-events.ts';
import type { QueuedEvent } from './queued-event.ts';
import { readRefusal } from './refusal.ts';

/** Receives what becomes of events. Each event is reported once. */
export interface BatchObserver {
  stored(events: readonly QueuedEvent[]): void;
  refused(event: QueuedEvent, error: Error): void;
}

/**
 * Sends events until each is stored or refused: again after temporary failures, however long they last; without those that the
 * server refuses; and in halves if they are too large together.
 *
 * @throws the reason of the signal; the events that were not reported until then may be stored
 */
export async function sendBatch(
  connection: Connection,
  batch: readonly QueuedEvent[],
  { stored, refused, signal }: BatchObserver & { readonly signal: CancelSignal },
): Promise<void> {
  const retries = createRetries({ policy: 'temporary failures', retryForMs: Number.POSITIVE_INFINITY, signal });
  const parts = [batch];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    try {
      await submit(connection, part, signal);
      retries.reset();
      stored(part);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (temporaryFailureOf(error)) {
        await retries.waitAfter(error);
        parts.unshift(part);
      } else {
        retries.reset();
        parts.unshift(...refuse(part, error, refused));
      }
    }
  }
}

async function submit(connection: Connection, events: readonly QueuedEvent[], signal: CancelSignal): Promise<void> {
  const response = await connection.open({ ...batchCall(events), signal });
  readBatchResult(await readAll(response), events.length);
}

/** Reports the events that are refused, and returns the batches to send next. */
function refuse(
  part: readonly QueuedEvent[],
  error: unknown,
  refused: BatchObserver['refused'],
): readonly (readonly QueuedEvent[])[] {
  const refusal = readRefusal(error);
  if (refusal.kind === 'some') {
    const rest = part.filter((event, index) => {
      const own = refusal.errors.get(index);
      if (own) refused(event, own);
      return own === undefined;
    });
    return rest.length === 0 ? [] : [rest];
  }
  if (refusal.kind === 'divide' && part.length > 1) {
    const middle = Math.ceil(part.length / 2);
    return [part.slice(0, middle), part.slice(middle)];
  }
  const reason = error instanceof Error ? error : new Error(String(error));
  for (const event of part) refused(event, reason);
  return [];
}

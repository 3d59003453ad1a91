import type { EventId } from '@event-tracker/core';
import { createOverloadedError } from '@event-tracker/core/schemas';
import type { CancelSignal } from '@event-tracker/core/store';
import type { Connection } from '../request/connection.ts';
import { type Preparation, prepareEvent } from '../submit/prepare-events.ts';
import { batchLength, MAX_BATCH_BYTES, MAX_BATCH_EVENTS, type QueuedEvent, toQueuedEvent } from './queued-event.ts';
import { createReporter, type OnRejected } from './reporter.ts';
import { sendBatch } from './send-batch.ts';

/** Options of `close`. */
export interface CloseOptions {
  /** An `AbortSignal` that ends waiting: the events that are not confirmed go to `onRejected`. Default: waits until all are. */
  readonly signal?: CancelSignal | undefined;
}

/** Events that are sent later, in batches. */
export interface EventQueue {
  submitLater(event: unknown): EventId;
  flush(): Promise<void>;
  close(options?: CloseOptions): Promise<void>;
}

/** Limits of the events that are not yet confirmed. */
export interface QueueLimits {
  /** Default: 10,000 */
  readonly maxEvents?: number;
  /** Greatest size of their JSON in bytes. Default: 16 MiB */
  readonly maxBytes?: number;
}

export interface EventQueueOptions {
  readonly connection: Connection;
  readonly preparation: Preparation;
  readonly onRejected: OnRejected | undefined;
  readonly limits: QueueLimits | undefined;
}

/** Time for which events wait for others, to be sent together. */
export const MAX_DELAY_MS = 200;

/** The default limits. */
export const QUEUE_LIMITS: Required<QueueLimits> = { maxEvents: 10_000, maxBytes: 16 * 1024 ** 2 };

export function requireOnRejected(onRejected: OnRejected | undefined): void {
  if (!onRejected) throw new TypeError('submitLater: set the option onRejected, which receives the refused events');
}

/** @param count number of events that are not confirmed */
export function createQueueFullError(count: number): Error {
  const message = `submitLater: ${count} events are not confirmed yet, which is as many as the queue can have`;
  return createOverloadedError(message, { retryAfterMs: MAX_DELAY_MS });
}

/** Creates a queue in memory, which sends one batch at a time. */
export function createEventQueue({ connection, preparation, onRejected, limits }: EventQueueOptions): EventQueue {
  const { maxEvents, maxBytes } = { ...QUEUE_LIMITS, ...limits };
  const report = createReporter(onRejected);
  const stopping = new AbortController();
  /** Events that no request contains yet, in the order of their submission. */
  const waiting: QueuedEvent[] = [];
  let waitingBytes = 0;
  /** Those, and the events of the current batch that are not yet stored or refused. */
  const unconfirmed = new Set<QueuedEvent>();
  let bytes = 0;
  /** Numbers of events that were added, whose batches have been sent, and that must be sent without delay. */
  let added = 0;
  let sent = 0;
  let due = 0;
  let flushes: readonly { readonly target: number; readonly resolve: () => void }[] = [];
  let isSending = false;
  let isClosed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function submitLater(input: unknown): EventId {
    requireOnRejected(onRejected);
    if (isClosed) throw new Error('submitLater: the client is closed');
    const event = toQueuedEvent(prepareEvent(input, preparation).event);
    if (unconfirmed.size >= maxEvents || bytes + event.bytes > maxBytes) throw createQueueFullError(unconfirmed.size);
    waiting.push(event);
    waitingBytes += event.bytes;
    unconfirmed.add(event);
    bytes += event.bytes;
    added++;
    if (waiting.length >= MAX_BATCH_EVENTS || waitingBytes >= MAX_BATCH_BYTES) due = added;
    schedule();
    return event.id;
  }

  function schedule(): void {
    if (isSending || waiting.length === 0) return;
    if (due > sent) void sendDue();
    else timer ??= setTimeout(sendAfterDelay, MAX_DELAY_MS);
  }

  function sendAfterDelay(): void {
    due = added;
    void sendDue();
  }

  /** Never rejects. */
  async function sendDue(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    isSending = true;
    while (due > sent) {
      const batch = waiting.splice(0, batchLength(waiting));
      for (const event of batch) waitingBytes -= event.bytes;
      await send(batch);
      sent += batch.length;
      resolveFlushes();
    }
    isSending = false;
    schedule();
  }

  async function send(batch: readonly QueuedEvent[]): Promise<void> {
    const stored = (events: readonly QueuedEvent[]) => events.forEach(confirm);
    try {
      await sendBatch(connection, batch, { stored, refused: reject, signal: stopping.signal });
    } catch (cause) {
      const error = new Error('the client was closed before the server confirmed the event, which may be stored', {
        cause,
      });
      for (const event of batch) if (unconfirmed.has(event)) reject(event, error);
    }
  }

  function confirm(event: QueuedEvent): void {
    unconfirmed.delete(event);
    bytes -= event.bytes;
  }

  function reject(event: QueuedEvent, error: Error): void {
    confirm(event);
    report(event, error);
  }

  function resolveFlushes(): void {
    for (const { target, resolve } of flushes) if (target <= sent) resolve();
    flushes = flushes.filter(({ target }) => target > sent);
  }

  async function flush(): Promise<void> {
    due = added;
    if (added === sent) return;
    const flushed = new Promise<void>((resolve) => {
      flushes = [...flushes, { target: added, resolve }];
    });
    schedule();
    await flushed;
  }

  return {
    submitLater,
    flush,
    close: async ({ signal } = {}) => {
      isClosed = true;
      const abort = () => stopping.abort(signal?.reason);
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort);
      await flush();
      signal?.removeEventListener('abort', abort);
      if (stopping.signal.aborted) throw stopping.signal.reason;
    },
  };
}

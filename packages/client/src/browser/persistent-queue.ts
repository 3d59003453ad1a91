import type { EventId } from '@event-tracker/core';
import {
  type CloseOptions,
  createQueueFullError,
  type EventQueue,
  type EventQueueOptions,
  MAX_DELAY_MS,
  QUEUE_LIMITS,
  requireOnRejected,
} from '../queue/event-queue.ts';
import { batchLength, MAX_BATCH_EVENTS, toQueuedEvent } from '../queue/queued-event.ts';
import { createReporter } from '../queue/reporter.ts';
import { sendBatch } from '../queue/send-batch.ts';
import { readAll } from '../request/connection.ts';
import { prepareEvent } from '../submit/prepare-events.ts';
import { batchCall } from '../submit/submit-events.ts';
import { createNews } from './news.ts';
import { type OutboxEvent, openOutbox } from './outbox.ts';
import { inOneTab, isPageHidden, onPageHidden } from './page.ts';

/** Greatest size of a request that outlives its page. A browser allows 64 KiB in all such requests together. */
const MAX_LEAVING_BYTES = 60 * 1024;
/** Time after which a tab looks for changes that it was not notified of, because another tab was closed. */
const POLL_MS = 1_000;

/** An event of this tab that is not confirmed. */
interface OwnEvent {
  readonly event: OutboxEvent;
  isSaved: boolean;
}

/**
 * Creates a queue that outlives its page. Events are stored in IndexedDB, and one tab sends those of all tabs; the events of a page
 * that was closed are sent by the next one. A page that is left sends what fits into one request that outlives it.
 *
 * @param name of the database, which tabs with the same name share
 */
export function createPersistentQueue(
  name: string,
  { connection, preparation, onRejected, limits }: EventQueueOptions,
): EventQueue {
  const { maxEvents, maxBytes } = { ...QUEUE_LIMITS, ...limits };
  const outbox = openOutbox(name);
  const stopping = new AbortController();
  const news = createNews(name, forget);
  const report = createReporter(onRejected);
  const tab = preparation.newId();
  const own = new Map<string, OwnEvent>();
  let bytes = 0;
  let lastNumber = 0;
  let unsaved: OwnEvent[] = [];
  let isLeaving = false;
  let isClosed = false;

  const stopListening = onPageHidden(leave);
  if (onRejected) void leadWhenAlone();

  function submitLater(input: unknown): EventId {
    requireOnRejected(onRejected);
    if (isClosed) throw new Error('submitLater: the client is closed');
    const queued = toQueuedEvent(prepareEvent(input, preparation).event);
    if (own.size >= maxEvents || bytes + queued.bytes > maxBytes) throw createQueueFullError(own.size);
    const one = { event: { ...queued, key: `${queued.id} ${tab}-${++lastNumber}` }, isSaved: false };
    own.set(one.event.key, one);
    bytes += queued.bytes;
    unsaved.push(one);
    if (unsaved.length === 1) queueMicrotask(() => void save());
    return queued.id;
  }

  /** Never rejects. */
  async function save(): Promise<void> {
    const events = unsaved;
    unsaved = [];
    try {
      await outbox.save(events.map(({ event }) => event));
      for (const one of events) one.isSaved = true;
      news.publish({ kind: 'saved' });
    } catch {
      // Without IndexedDB, as in some private windows, the tab sends its events itself.
      await send(events.map(({ event }) => event)).catch(() => {}); // closed
    }
  }

  /** Leads until the client is closed. Never rejects. */
  async function leadWhenAlone(): Promise<void> {
    while (!stopping.signal.aborted) {
      await inOneTab(name, stopping.signal, lead).catch(() => {}); // IndexedDB failed, or the client was closed
      await news.wait(POLL_MS);
    }
  }

  /** Sends the events of all tabs, while this tab has the lock. */
  async function lead(): Promise<void> {
    while (!stopping.signal.aborted) {
      for (let batch = await outbox.load(MAX_BATCH_EVENTS); batch.length > 0; ) {
        await send(batch.slice(0, batchLength(batch)));
        batch = await outbox.load(MAX_BATCH_EVENTS);
      }
      await news.wait(POLL_MS);
      await news.waitForFlush(MAX_DELAY_MS); // other events, which are then sent together
    }
  }

  async function send(batch: readonly OutboxEvent[]): Promise<void> {
    const settled: Promise<void>[] = [];
    const keys = new Map(batch.map((event) => [event as object, event.key]));
    try {
      await sendBatch(connection, batch, {
        stored: (events) => settled.push(settle(events.flatMap((event) => keys.get(event) ?? []))),
        refused: (event, error) => {
          report(event, error);
          settled.push(settle([keys.get(event) ?? '']));
        },
        signal: stopping.signal,
      });
    } finally {
      await Promise.all(settled);
    }
  }

  async function settle(keys: readonly string[]): Promise<void> {
    await outbox.delete(keys).catch(() => {}); // then they were never saved, or are sent again
    news.publish({ kind: 'settled', keys });
  }

  function forget(keys: readonly string[]): void {
    for (const key of keys) {
      bytes -= own.get(key)?.event.bytes ?? 0;
      own.delete(key);
    }
  }

  /** Forgets the events that another tab confirmed, and that this tab was not notified of. */
  async function compareWithOutbox(): Promise<void> {
    const saved = [...own.values()].filter(({ isSaved }) => isSaved);
    const remaining = new Set(await outbox.keys());
    forget(saved.flatMap(({ event }) => (remaining.has(event.key) ? [] : event.key)));
  }

  function leave(): void {
    if (isLeaving) return;
    const events = [...own.values()].map(({ event }) => event);
    const slice = events.slice(0, batchLength(events, MAX_LEAVING_BYTES));
    if (slice.length === 0 || slice.reduce((sum, event) => sum + event.bytes, 2) > MAX_LEAVING_BYTES) return;
    isLeaving = true;
    void sendLeaving(slice).then((isStored) => {
      isLeaving = false;
      if (isStored && isPageHidden()) leave();
    });
  }

  /** Sends events by a request that outlives the page. If it fails, they are still in the outbox. */
  async function sendLeaving(events: readonly OutboxEvent[]): Promise<boolean> {
    try {
      await readAll(await connection.open({ ...batchCall(events), keepalive: true }));
    } catch {
      return false;
    }
    await settle(events.map(({ key }) => key));
    return true;
  }

  async function flush(): Promise<void> {
    const wanted = [...own.keys()];
    while (wanted.some((key) => own.has(key))) {
      news.publish({ kind: 'flush' });
      await news.wait(POLL_MS);
      await compareWithOutbox().catch(() => {}); // without IndexedDB, no other tab confirms events
    }
  }

  async function close({ signal }: CloseOptions = {}): Promise<void> {
    isClosed = true;
    const aborted = new Promise<never>((_, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason));
    });
    try {
      await Promise.race([flush(), aborted]);
    } finally {
      stopListening();
      stopping.abort(new Error('the client is closed'));
      news.close();
    }
  }

  return { submitLater, flush, close };
}

import { type EventTrackerClient, readRefusal } from '@event-tracker/client';

/** What becomes of items. */
export interface SubmitObserver<Item> {
  /** Receives the number of events that were stored by this call, and of those that were stored before. */
  confirmed(stored: number, duplicates: number): void;
  /** Receives an item whose event is refused. If it throws, no later event is sent, and all events before it are stored. */
  refused(item: Item, problem: string): void;
}

/**
 * Stores the events of items. Events that the server refuses are reported, and all others are stored, although a batch is stored
 * whole or not at all.
 *
 * @throws what `refused` throws, or the error of a request that is refused as a whole
 */
export async function submitEach<Item extends { readonly event: unknown }>(
  tracker: Pick<EventTrackerClient, 'submitAll'>,
  items: readonly Item[],
  observer: SubmitObserver<Item>,
): Promise<void> {
  if (items.length === 0) return;
  try {
    const results = await tracker.submitAll(items.map(({ event }) => event));
    const stored = results.filter((result) => result.stored).length;
    observer.confirmed(stored, results.length - stored);
  } catch (error) {
    await submitOthers(tracker, items, observer, error);
  }
}

async function submitOthers<Item extends { readonly event: unknown }>(
  tracker: Pick<EventTrackerClient, 'submitAll'>,
  items: readonly Item[],
  observer: SubmitObserver<Item>,
  error: unknown,
): Promise<void> {
  const refusal = readRefusal(error);
  if (refusal.kind === 'all') throw error;
  if (refusal.kind === 'divide' && items.length > 1) {
    const middle = Math.ceil(items.length / 2);
    await submitEach(tracker, items.slice(0, middle), observer);
    await submitEach(tracker, items.slice(middle), observer);
    return;
  }
  const errors = refusal.kind === 'some' ? refusal.errors : new Map([[0, error]]);
  const first = Math.min(...errors.keys());
  await submitEach(tracker, items.slice(0, first), observer);
  for (const [index, item] of items.entries()) {
    const reason = errors.get(index);
    if (reason !== undefined) observer.refused(item, reason instanceof Error ? reason.message : String(reason));
  }
  const rest = items.filter((_, index) => index > first && !errors.has(index));
  await submitEach(tracker, rest, observer);
}

import type { EventId } from '../event/event.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';

/** An event in the form in which an adapter compares it. */
interface Identified {
  readonly id: EventId;
}

/** Looks up stored events by id, such as a `Map`. */
export interface KnownEvents<E> {
  get(id: EventId): E | undefined;
}

/** The outcomes of batches, and the events to store. */
export interface AppendDecision<E> {
  /** The outcome of each batch, in the order of the batches. */
  readonly outcomes: readonly BatchDecision<E>[];
  /** The events to store, each once: those of all batches without conflicts, except duplicates. */
  readonly fresh: readonly E[];
}

/** The outcome of one batch: the result of each event, or the conflicting ids, each once, in the order of the batch. */
export type BatchDecision<E> =
  | { readonly results: readonly { readonly event: E; readonly stored: boolean }[] }
  | { readonly conflicts: readonly EventId[] };

/**
 * Decides for each event of batches whether it is new, a duplicate or in conflict. No other code decides this. Batches count as
 * if they were appended one after the other; a batch in conflict counts as if it had not been appended.
 *
 * @param known the stored events with ids of the batches
 * @param isSame returns whether two events with one id have the same content: `haveSameContent` if `E` is `Event`
 * @example
 * const { outcomes, fresh } = decideAppends(batches, known, haveSameContent);
 */
export function decideAppends<E extends Identified>(
  batches: readonly (readonly E[])[],
  known: KnownEvents<E>,
  isSame: (stored: E, given: E) => boolean,
): AppendDecision<E> {
  const steps = decideStepwise(batches, known, isSame);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Works like `decideAppends`, in slices between which other work can run. `known` must not change until it resolves. */
export async function decideAppendsInSlices<E extends Identified>(
  batches: readonly (readonly E[])[],
  known: KnownEvents<E>,
  isSame: (stored: E, given: E) => boolean,
): Promise<AppendDecision<E>> {
  const steps = decideStepwise(batches, known, isSame);
  const slice = beginTimeSlice({ isUrgent: true });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (slice.isOver()) await slice.next();
  }
}

/** New events between two steps. */
const EVENTS_PER_STEP = 32;

/** Yields before each comparison, which can be long, and periodically. */
function* decideStepwise<E extends Identified>(
  batches: readonly (readonly E[])[],
  known: KnownEvents<E>,
  isSame: (stored: E, given: E) => boolean,
): Generator<undefined, AppendDecision<E>, void> {
  /** New events of the previous batches without conflicts, and of the current batch. */
  const fresh = new Map<EventId, E>();
  const outcomes: BatchDecision<E>[] = [];
  let count = 0;
  for (const batch of batches) {
    const conflicts = new Set<EventId>();
    const results: { event: E; stored: boolean }[] = [];
    for (const event of batch) {
      const stored = known.get(event.id) ?? fresh.get(event.id);
      if (stored || ++count % EVENTS_PER_STEP === 0) yield;
      if (!stored) fresh.set(event.id, event);
      else if (!isSame(stored, event)) conflicts.add(event.id);
      results.push({ event: stored ?? event, stored: !stored });
    }
    if (conflicts.size === 0) {
      outcomes.push({ results });
    } else {
      for (const { event, stored } of results) if (stored) fresh.delete(event.id);
      outcomes.push({ conflicts: [...conflicts] });
    }
  }
  return { outcomes, fresh: [...fresh.values()] };
}

import type { EventId } from '../event/event.ts';
import { beginTimeSlice } from '../runtime/event-loop.ts';

/** An event in whatever form an adapter compares it. */
interface Identified {
  readonly id: EventId;
}

/** Looks up what is stored under an id; a `Map` is one. */
export interface KnownEvents<E> {
  get(id: EventId): E | undefined;
}

/** What becomes of batches. */
export interface AppendDecision<E> {
  /** The outcome of each batch, in the order given. */
  readonly outcomes: readonly BatchDecision<E>[];
  /** The events to store, each once: those of all batches that are not in conflict, but for duplicates. */
  readonly fresh: readonly E[];
}

/** What becomes of one batch: the result of each event, or the ids in conflict, each once, in the order of the batch. */
export type BatchDecision<E> =
  | { readonly results: readonly { readonly event: E; readonly stored: boolean }[] }
  | { readonly conflicts: readonly EventId[] };

/**
 * Decides for each event of some batches whether it is new, a duplicate or in conflict: the one place that does. Batches
 * count as if each were appended after the one before; a batch in conflict counts as if it had not been appended.
 *
 * @param known what is stored of the ids of the batches
 * @param isSame whether two events of one id have the same content: `haveSameContent`, where `E` is `Event`
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

/** The same in slices that let the rest of the process run in between; what is known must not change meanwhile. */
export async function decideAppendsInSlices<E extends Identified>(
  batches: readonly (readonly E[])[],
  known: KnownEvents<E>,
  isSame: (stored: E, given: E) => boolean,
): Promise<AppendDecision<E>> {
  const steps = decideStepwise(batches, known, isSame);
  const slice = beginTimeSlice();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (slice.isOver()) await slice.next();
  }
}

/** Stops before each event but the first. */
function* decideStepwise<E extends Identified>(
  batches: readonly (readonly E[])[],
  known: KnownEvents<E>,
  isSame: (stored: E, given: E) => boolean,
): Generator<undefined, AppendDecision<E>, void> {
  /** New events of the batches so far that are not in conflict. */
  const fresh = new Map<EventId, E>();
  const outcomes: BatchDecision<E>[] = [];
  let isFirst = true;
  for (const batch of batches) {
    const added: EventId[] = [];
    const conflicts = new Set<EventId>();
    const results: { event: E; stored: boolean }[] = [];
    for (const event of batch) {
      if (isFirst) isFirst = false;
      else yield;
      const stored = known.get(event.id) ?? fresh.get(event.id);
      if (!stored) {
        fresh.set(event.id, event);
        added.push(event.id);
      } else if (!isSame(stored, event)) {
        conflicts.add(event.id);
      }
      results.push({ event: stored ?? event, stored: !stored });
    }
    if (conflicts.size === 0) {
      outcomes.push({ results });
    } else {
      for (const id of added) fresh.delete(id);
      outcomes.push({ conflicts: [...conflicts] });
    }
  }
  return { outcomes, fresh: [...fresh.values()] };
}

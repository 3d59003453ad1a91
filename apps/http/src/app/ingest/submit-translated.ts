import { isInvalidEventError, isOutsideRetentionError, type LocalEventTracker } from '@event-tracker/core';
import { createInvalidEventError, createOutsideRetentionError } from '@event-tracker/core/schemas';
import { type AppendResult, beginTimeSlice } from '@event-tracker/core/store';
import {
  type ItemProblem,
  type Places,
  pointerInItem,
  type TranslatedEvent,
  type TranslatedItems,
} from '@event-tracker/event-formats';

/** The items of a document, each as an event. */
export interface Translation {
  readonly events: readonly TranslatedEvent[];
  /** Where the values of each event are in its item. */
  readonly places: readonly Places[];
}

/** Greatest number of problems in an error; all problems are counted. */
const MAX_LISTED_PROBLEMS = 20;

/**
 * Translates all items, in slices between which other requests are served.
 *
 * @throws InvalidEventError if an item cannot be an event
 */
export async function translateAll(items: TranslatedItems): Promise<Translation> {
  const events: TranslatedEvent[] = [];
  const places: Places[] = [];
  const problems: (ItemProblem & { readonly index: number })[] = [];
  const slice = beginTimeSlice();
  let index = 0;
  for (const item of items) {
    if ('event' in item) {
      events.push(item.event);
      places.push(item.places);
    } else {
      problems.push({ index, ...item.problem });
    }
    index++;
    if (slice.isOver()) await slice.next();
  }
  if (problems.length === 0) return { events, places };
  throw createInvalidEventError({
    problems: problems.slice(0, MAX_LISTED_PROBLEMS),
    problemCount: problems.length,
    invalidEventCount: problems.length,
    eventCount: items.length,
  });
}

/**
 * Stores all events or none. Errors name the places of values in the items that the client sent, not in the events.
 *
 * @param inputs the events, as they are submitted
 * @throws the errors of `submitEvents`
 */
export async function submitWhole(
  tracker: LocalEventTracker,
  inputs: Iterable<unknown> & { readonly length: number },
  places: readonly Places[],
): Promise<readonly AppendResult[]> {
  try {
    return await tracker.submitEvents(inputs);
  } catch (error) {
    if (!isInvalidEventError(error) && !isOutsideRetentionError(error)) throw error;
    const { problemCount, invalidEventCount, eventCount } = error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      pointer: pointerInItem(problem.pointer, places[problem.index] ?? []),
    }));
    const create = isInvalidEventError(error) ? createInvalidEventError : createOutsideRetentionError;
    throw create({ problems, problemCount, invalidEventCount, eventCount });
  }
}

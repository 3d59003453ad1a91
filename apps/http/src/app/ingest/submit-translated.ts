import {
  isEventIdConflictError,
  isInvalidEventError,
  isOutsideRetentionError,
  isPayloadTooLargeError,
  isSchemaViolationError,
  type LocalEventTracker,
} from '@event-tracker/core';
import {
  createEventProblemsError,
  createInvalidEventError,
  createUnreadableInput,
  type EventProblemsError,
  type SubmitOptions,
  type UnreadableInput,
} from '@event-tracker/core/schemas';
import { type AppendResult, beginTimeSlice, createEventIdConflictError } from '@event-tracker/core/store';
import {
  type ItemProblem,
  type Places,
  pointerInItem,
  type TranslatedEvent,
  type TranslatedItems,
} from '@event-tracker/event-formats';

/** What became of an item of a document. */
export type ItemOutcome = { readonly result: AppendResult } | { readonly problem: ItemProblem };

/** The items of a document, each as an event or a problem. */
export interface Translation {
  readonly events: readonly (TranslatedEvent | UnreadableInput)[];
  /** Where the values of each event are in its item. */
  readonly places: readonly Places[];
  /** The problems, by index of the item. */
  readonly problems: ReadonlyMap<number, ItemProblem>;
  readonly itemCount: number;
}

type Inputs = Iterable<unknown> & { readonly length: number };

/** Greatest number of problems in an error; all problems are counted. */
const MAX_LISTED_PROBLEMS = 20;

/**
 * Translates all items, in slices between which other requests are served.
 *
 * @param isLenient if true, an item that is JSON but not an event is an unreadable event, which can be quarantined
 */
export async function translateAll(items: TranslatedItems, isLenient: boolean): Promise<Translation> {
  const events: (TranslatedEvent | UnreadableInput)[] = [];
  const places: Places[] = [];
  const problems = new Map<number, ItemProblem>();
  const slice = beginTimeSlice();
  let index = 0;
  for (const item of items) {
    if (slice.isOver()) await slice.next();
    if ('event' in item) {
      events.push(item.event);
      places.push(item.places);
    } else if (isLenient && item.sent !== undefined) {
      events.push(createUnreadableInput({ problems: [item.problem], sent: item.sent }));
      places.push([]);
    } else {
      problems.set(index, item.problem);
    }
    index++;
  }
  return { events, places, problems, itemCount: index };
}

/** @throws InvalidEventError if an item is not an event */
export function refuseProblems({ problems, itemCount }: Translation): void {
  if (problems.size === 0) return;
  const listed = [...problems].slice(0, MAX_LISTED_PROBLEMS).map(([index, problem]) => ({ index, ...problem }));
  throw createInvalidEventError({
    problems: listed,
    problemCount: problems.size,
    invalidEventCount: problems.size,
    eventCount: itemCount,
  });
}

function isProblemOfEvents(error: unknown): error is EventProblemsError {
  return isInvalidEventError(error) || isOutsideRetentionError(error) || isSchemaViolationError(error);
}

/**
 * Stores all events or none. Errors name the places of values in the items that the client sent, not in the events.
 *
 * @throws the errors of `submitEvents`
 */
export async function submitWhole(
  tracker: LocalEventTracker,
  inputs: Inputs,
  places: readonly Places[],
  options: SubmitOptions,
): Promise<readonly AppendResult[]> {
  try {
    return await tracker.submitEvents(inputs, options);
  } catch (error) {
    if (!isProblemOfEvents(error)) throw error;
    const { code, problemCount, invalidEventCount, eventCount } = error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      pointer: pointerInItem(problem.pointer, places[problem.index] ?? []),
    }));
    throw createEventProblemsError(code, { problems, problemCount, invalidEventCount, eventCount });
  }
}

/**
 * Stores every event that can be stored, and returns the outcome of each item. A list with an event that cannot be stored is
 * halved until the event is alone, so that all others are stored in few calls. Conflicts name their events, which are left out.
 *
 * @throws the errors of the store; then the outcome of every event is unknown, and it is safe to send all of them again
 */
export async function submitEach(
  tracker: LocalEventTracker,
  inputs: readonly unknown[],
  { places, problems, itemCount }: Translation,
  options: SubmitOptions,
): Promise<readonly ItemOutcome[]> {
  const outcomes = await submitHalves(tracker, inputs, places, options);
  return withProblems(outcomes, problems, itemCount);
}

/** Inserts the problems, by index, into the outcomes of all other items. */
function withProblems(
  outcomes: readonly ItemOutcome[],
  problems: ReadonlyMap<number, ItemProblem>,
  itemCount: number,
): readonly ItemOutcome[] {
  let next = 0;
  return Array.from({ length: itemCount }, (_, index) => {
    const problem = problems.get(index);
    return problem ? { problem } : (outcomes[next++] as ItemOutcome); // one for each event
  });
}

async function submitHalves(
  tracker: LocalEventTracker,
  inputs: readonly unknown[],
  places: readonly Places[],
  options: SubmitOptions,
): Promise<readonly ItemOutcome[]> {
  if (inputs.length === 0) return [];
  try {
    const results = await submitWhole(tracker, inputs, places, options);
    return results.map((result) => ({ result }));
  } catch (error) {
    const problem = problemOf(error);
    if (inputs.length === 1) return [{ problem }];
    const conflicts = isEventIdConflictError(error) ? conflictsById(error) : new Map<number, ItemProblem>();
    if (conflicts.size > 0) {
      const isLeft = (_: unknown, index: number): boolean => !conflicts.has(index);
      const others = await submitHalves(tracker, inputs.filter(isLeft), places.filter(isLeft), options);
      return withProblems(others, conflicts, inputs.length);
    }
    const half = Math.ceil(inputs.length / 2);
    const first = await submitHalves(tracker, inputs.slice(0, half), places.slice(0, half), options);
    return [...first, ...(await submitHalves(tracker, inputs.slice(half), places.slice(half), options))];
  }
}

/** Returns the conflicts by index, without the ids that several events of the call have: one of these can be stored. */
function conflictsById({ events = [] }: ReturnType<typeof createEventIdConflictError>): Map<number, ItemProblem> {
  const places = Map.groupBy(events, ({ id }) => id);
  return new Map(
    events
      .filter(({ id }) => places.get(id)?.length === 1)
      .map(({ index, id }) => [index, problemOf(createEventIdConflictError([id]))]),
  );
}

/** Returns the problem of an event that cannot be stored. Throws every error that is not about an event. */
function problemOf(error: unknown): ItemProblem {
  if (isProblemOfEvents(error)) return error.problems[0] ?? { pointer: '', code: error.code, detail: error.message };
  if (isEventIdConflictError(error) || isPayloadTooLargeError(error))
    return { pointer: '', code: error.code, detail: error.message };
  throw error;
}

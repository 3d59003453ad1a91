import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import type { Run } from './position-index.ts';
import { compareSortKeys } from './sort-key.ts';

type Walk = Generator<Run, void, void>;

/** A walk and its current run. */
interface Head {
  run: Run;
  readonly rest: Walk;
}

/** Merges ordered walks into one ordered walk. Reads each walk lazily. */
export function mergeWalks(walks: readonly Walk[], order: EventOrder): Walk {
  const [only, ...others] = walks;
  return only && others.length === 0 ? only : merge(walks, order === 'asc' ? 1 : -1);
}

function* merge(walks: readonly Walk[], step: 1 | -1): Walk {
  const heads: Head[] = [];
  for (const rest of walks) {
    const run = rest.next().value;
    if (run) heads.push({ run, rest });
  }
  const isBefore = (a: Event, b: Event): boolean => step * compareSortKeys(a, b) < 0;

  for (let [first, second] = firstTwo(heads, isBefore); first; [first, second] = firstTwo(heads, isBefore)) {
    const { chunk, from, to: end } = first.run;
    // The run ends where an event of another walk comes first.
    let to = second ? from + step : end;
    while (to !== end && second && isBefore(chunk.events[to] as Event, eventOf(second))) to += step;
    yield { chunk, from, to };
    const next = to === end ? first.rest.next().value : { chunk, from: to, to: end };
    if (next) first.run = next;
    else heads.splice(heads.indexOf(first), 1);
  }
}

/**
 * Returns the first and the second head in order. A linear search costs less than a heap because a query has few types.
 */
function firstTwo(heads: readonly Head[], isBefore: (a: Event, b: Event) => boolean): [first?: Head, second?: Head] {
  let first: Head | undefined;
  let second: Head | undefined;
  for (const head of heads) {
    if (!first || isBefore(eventOf(head), eventOf(first))) {
      second = first;
      first = head;
    } else if (!second || isBefore(eventOf(head), eventOf(second))) {
      second = head;
    }
  }
  return first ? (second ? [first, second] : [first]) : [];
}

function eventOf({ run }: Head): Event {
  return run.chunk.events[run.from] as Event;
}

import type { Event } from '@event-tracker/core';
import type { EventOrder } from '@event-tracker/core/store';
import { comparePlaces } from './place.ts';
import type { Run } from './position-index.ts';

type Walk = Generator<Run, void, void>;

/** The walk of an index, and how far it has come. */
interface Head {
  run: Run;
  readonly rest: Walk;
}

/** Goes through several ordered walks as one ordered walk, reading no further than it is asked to. */
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
  const isBefore = (a: Event, b: Event): boolean => step * comparePlaces(a, b) < 0;

  for (let [first, second] = firstTwo(heads, isBefore); first; [first, second] = firstTwo(heads, isBefore)) {
    const { chunk, from, to: end } = first.run;
    // As far as no other walk has anything that comes before.
    let to = second ? from + step : end;
    while (to !== end && second && isBefore(chunk.events[to] as Event, eventOf(second))) to += step;
    yield { chunk, from, to };
    const next = to === end ? first.rest.next().value : { chunk, from: to, to: end };
    if (next) first.run = next;
    else heads.splice(heads.indexOf(first), 1);
  }
}

/**
 * The head that comes first, and the one that comes next. A query names few types: to look at every head costs less than
 * to keep a heap of them.
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

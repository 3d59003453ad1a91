import { comparePositions, type EventOrder } from '@event-tracker/core';
import type { StoredEvent } from './stored-event.ts';

/** Goes through several ordered walks as one ordered walk, reading no further than it is asked to. */
export function mergeWalks(walks: readonly Iterable<StoredEvent>[], order: EventOrder): Iterable<StoredEvent> {
  const [only, ...others] = walks;
  return only && others.length === 0 ? only : merge(walks, order === 'asc' ? 1 : -1);
}

function* merge(walks: readonly Iterable<StoredEvent>[], sign: 1 | -1): Generator<StoredEvent> {
  const heads: { stored: StoredEvent; readonly rest: Iterator<StoredEvent> }[] = [];
  for (const walk of walks) {
    const rest = walk[Symbol.iterator]();
    const { value, done } = rest.next();
    if (!done) heads.push({ stored: value, rest });
  }
  while (heads.length > 0) {
    // A query names few types: looking at every head costs less than keeping a heap of them.
    const first = heads.reduce((a, b) => (sign * comparePositions(a.stored, b.stored) <= 0 ? a : b));
    yield first.stored;
    const { value, done } = first.rest.next();
    if (done) heads.splice(heads.indexOf(first), 1);
    else first.stored = value;
  }
}

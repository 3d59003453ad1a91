import type { Event } from '@event-tracker/core';
import type { StoredEvent } from './stored-event.ts';

/** Stored events in the order of arrival, which is that of their sequences. */
export interface ArrivalIndex {
  /** Adds an event whose sequence is greater than all others. */
  add(stored: Pick<StoredEvent, 'event' | 'sequence'>): void;
  /** Deletes the event of a sequence, if there is one. */
  remove(sequence: number): void;
  /** The first events whose sequence is greater than `after` and at most `until`. */
  read(after: number, until: number, limit: number): readonly Pick<StoredEvent, 'event' | 'sequence'>[];
}

/** Neighbours in the order of arrival: the event and the sequence of each have the same index. */
interface Stretch {
  readonly events: Event[];
  readonly sequences: number[];
}

/** To delete one from a stretch takes no longer than to find it. */
const MAX_STRETCH_EVENTS = 512;

export function createArrivalIndex(): ArrivalIndex {
  /** In order; none is empty. */
  const stretches: Stretch[] = [];

  /** The index of the first stretch that does not end before a sequence. */
  function find(sequence: number): number {
    return countBelow(stretches.length, (n) => lastOf(stretches[n] as Stretch) < sequence);
  }

  return {
    add: ({ event, sequence }) => {
      let stretch = stretches.at(-1);
      if (!stretch || stretch.events.length >= MAX_STRETCH_EVENTS) {
        stretch = { events: [], sequences: [] };
        stretches.push(stretch);
      }
      stretch.events.push(event);
      stretch.sequences.push(sequence);
    },
    remove: (sequence) => {
      const number = find(sequence);
      const stretch = stretches[number];
      if (!stretch) return;
      const index = indexAt(stretch, sequence);
      if (stretch.sequences[index] !== sequence) return;
      stretch.events.splice(index, 1);
      stretch.sequences.splice(index, 1);
      if (stretch.events.length === 0) stretches.splice(number, 1);
    },
    read: (after, until, limit) => {
      const found: Pick<StoredEvent, 'event' | 'sequence'>[] = [];
      for (let number = find(after + 1); number < stretches.length; number++) {
        const stretch = stretches[number] as Stretch;
        for (let index = indexAt(stretch, after + 1); index < stretch.events.length; index++) {
          const sequence = stretch.sequences[index] as number;
          if (sequence > until || found.length === limit) return found;
          found.push({ event: stretch.events[index] as Event, sequence });
        }
      }
      return found;
    },
  };
}

/** The index in a stretch of the first sequence that is not less. */
function indexAt({ sequences }: Stretch, sequence: number): number {
  return countBelow(sequences.length, (n) => (sequences[n] as number) < sequence);
}

/** How many of the first `length` numbers are below something; those come first. */
function countBelow(length: number, isBelow: (n: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastOf({ sequences }: Stretch): number {
  return sequences[sequences.length - 1] as number; // no stretch is empty
}

import type { Event } from '@event-tracker/core';

/** The text format of a list. */
export interface Representation<Item = Event> {
  readonly contentType: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  write(item: Item): string;
}

/** Writes a list as one JSON array. */
export function jsonArrayOf<Item>(): Representation<Item> {
  return {
    contentType: 'application/json',
    head: '[',
    separator: ',',
    foot: ']\n',
    write: (item) => JSON.stringify(item),
  };
}

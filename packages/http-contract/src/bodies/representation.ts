import type { Event } from '@event-tracker/core';

/** The text format of a list. */
export interface Representation<Item = Event> {
  readonly contentType: string;
  readonly head: string;
  readonly separator: string;
  readonly foot: string;
  write(item: Item): string;
}

/**
 * Writes a list as one JSON array.
 *
 * @param write writes an item. Default: `JSON.stringify`
 */
export function jsonArrayOf<Item>(
  write: (item: Item) => string = (item) => JSON.stringify(item),
): Representation<Item> {
  return {
    contentType: 'application/json',
    head: '[',
    separator: ',',
    foot: ']\n',
    write,
  };
}

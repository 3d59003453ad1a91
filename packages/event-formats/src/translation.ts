import type { EventId } from '@event-tracker/core';
import { createInvalidEventError } from '@event-tracker/core/schemas';

/** An event as a foreign document describes it. The tracker validates it like every other event. */
export interface TranslatedEvent {
  /** Absent if the document has no id: the tracker then creates one. */
  readonly id?: EventId | undefined;
  readonly event_type: unknown;
  readonly timestamp: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Why an item cannot be an event. */
export interface ItemProblem {
  /** Place in the item: a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly code: string;
  /** What was expected. Never contains the value itself. */
  readonly detail: string;
}

/** Pairs of prefixes: of a pointer into an event, and of the pointer to the same value in the item. The first match counts. */
export type Places = readonly (readonly [inEvent: string, inItem: string])[];

/** An item of a document, translated. */
export type TranslatedItem =
  | { readonly event: TranslatedEvent; readonly places: Places }
  /** `sent` is the item as far as it can be kept: without keys. Absent if the item is not JSON. */
  | { readonly problem: ItemProblem; readonly sent?: unknown };

/** The items of a document, in its order. Each is translated when it is iterated, so that a caller can pause in between. */
export interface TranslatedItems extends Iterable<TranslatedItem> {
  readonly length: number;
}

/** Returns the UUIDv5 (RFC 9562, 5.5) of a name in a namespace, which is itself a UUID. */
export type DeriveId = (namespace: string, name: string) => EventId;

/** Translates each of a list of items on demand. */
export function translateEach<Item>(
  list: Iterable<Item> & { readonly length: number },
  translate: (item: Item, index: number) => TranslatedItem,
): TranslatedItems {
  return {
    length: list.length,
    *[Symbol.iterator]() {
      let index = 0;
      for (const item of list) yield translate(item, index++);
    },
  };
}

/**
 * Adds what was sent to the problem of an item, for the quarantine.
 *
 * @param sentOf returns the item without keys, and without what differs when a client sends it again
 */
export function withSent(translated: TranslatedItem, sentOf: () => unknown): TranslatedItem {
  return 'problem' in translated ? { ...translated, sent: sentOf() } : translated;
}

/** Returns the pointer into an item for a pointer into the event that the item was translated to. */
export function pointerInItem(pointer: string, places: Places): string {
  const place = places.find(([inEvent]) => pointer === inEvent || pointer.startsWith(`${inEvent}/`));
  return place ? place[1] + pointer.slice(place[0].length) : pointer;
}

export function problemAt(pointer: string, code: string, detail: string): { readonly problem: ItemProblem } {
  return { problem: { pointer, code, detail } };
}

/**
 * Creates the error of a document that is not of its format.
 *
 * @param pointer place in the document
 */
export function createDocumentError(pointer: string, code: string, detail: string): Error {
  return createInvalidEventError({
    problems: [{ index: 0, pointer, code, detail }],
    problemCount: 1,
    invalidEventCount: 1,
    eventCount: 1,
  });
}

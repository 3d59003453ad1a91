import type { EventId } from '@event-tracker/core';
import { parseEventId } from '@event-tracker/core/schemas';
import { isSet, isText } from './json.ts';
import type { DeriveId } from './translation.ts';

/** The id of an item, and the id of its event. */
export interface ForeignId {
  /** Absent if the item has no id. */
  readonly id?: EventId;
  /** True if the text of the item's id is the id of the event: then nothing else keeps it. */
  readonly isKept: boolean;
}

/**
 * Returns the id of an event for the id of an item: a UUID as it is, a UUIDv5 for other text; `undefined` if it is not text.
 *
 * @param namespace the namespace of the protocol; another one would store every retry as a new event
 */
export function readForeignId(value: unknown, namespace: string, deriveId: DeriveId): ForeignId | undefined {
  if (!isSet(value)) return { isKept: false };
  if (!isText(value)) return undefined;
  const uuid = parseEventId(value);
  return { id: uuid ?? deriveId(namespace, value), isKept: uuid === value };
}

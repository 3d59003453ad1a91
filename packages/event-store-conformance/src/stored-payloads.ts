import type { JsonObject } from '@event-tracker/core';
import { appendBatch, type EventFilter, type EventStorePort } from '@event-tracker/core/store';
import type { EventBuilder } from './event-builder.ts';
import { expectSameSet } from './expectations.ts';
import { find } from './reading.ts';

/** Stores payloads. Returns a function that expects a filter to find the payloads with some names. */
export async function storePayloads<Name extends string>(
  store: EventStorePort,
  anEvent: EventBuilder,
  payloads: Readonly<Record<Name, JsonObject>>,
) {
  const events = new Map(
    Object.entries<JsonObject>(payloads).map(([name, payload]) => [name, anEvent({ payload })] as const),
  );
  await appendBatch(store, [...events.values()]);
  return async (filter: EventFilter, names: readonly NoInfer<Name>[]): Promise<void> => {
    const expected = [...events].flatMap(([name, event]) => (names.some((wanted) => wanted === name) ? [event] : []));
    expectSameSet(await find(store, { filter }), expected, JSON.stringify(filter));
  };
}

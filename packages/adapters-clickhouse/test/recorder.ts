import { type Event, type EventStorePort, isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { expect } from 'vitest';

/** What was sent to a store, and what of it the store has acknowledged. */
export interface Recorder {
  readonly sent: Set<string>;
  readonly acknowledged: Set<string>;
}

export function createRecorder(): Recorder {
  return { sent: new Set(), acknowledged: new Set() };
}

/** Sends a batch and records it; answers the error where the store refuses it. */
export async function record(
  { sent, acknowledged }: Recorder,
  store: EventStorePort,
  events: readonly Event[],
): Promise<unknown> {
  for (const { id } of events) sent.add(id);
  try {
    await store.append(events);
  } catch (error) {
    return error;
  }
  for (const { id } of events) acknowledged.add(id);
  return undefined;
}

/** Expects what always has to hold: acknowledged ⊆ stored ⊆ sent, each once. */
export async function expectNothingLost({ sent, acknowledged }: Recorder, store: EventStorePort): Promise<void> {
  const found = await store.query({ filter: {}, order: 'asc', limit: 10_000_000 });
  const stored = new Set(found.map(({ id }) => id));
  expect(found.length - stored.size, 'stored twice').toBe(0);
  expect(
    [...acknowledged].filter((id) => !stored.has(id)),
    'acknowledged and lost',
  ).toEqual([]);
  expect(
    [...stored].filter((id) => !sent.has(id)),
    'stored and never sent',
  ).toEqual([]);
}

/** Whether a call failed for a reason that its caller may answer by calling again. */
export function isPassing(error: unknown): boolean {
  return isStoreUnavailableError(error) || isStoreTimeoutError(error);
}

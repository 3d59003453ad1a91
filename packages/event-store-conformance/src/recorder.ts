import { type Event, isOverloadedError, isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';

/** The ids of what was asked of a store, and of what of it the store has acknowledged, while something was breaking. */
export interface Recorder {
  readonly sent: Set<string>;
  readonly acknowledged: Set<string>;
  readonly removing: Set<string>;
  readonly removed: Set<string>;
}

export function createRecorder(): Recorder {
  return { sent: new Set(), acknowledged: new Set(), removing: new Set(), removed: new Set() };
}

/** Sends a batch and records it; answers the error where the store refuses it. */
export async function record(
  { sent, acknowledged }: Recorder,
  store: EventStorePort,
  events: readonly Event[],
): Promise<unknown> {
  for (const { id } of events) sent.add(id);
  try {
    await appendBatch(store, events);
  } catch (error) {
    return error;
  }
  for (const { id } of events) acknowledged.add(id);
  return undefined;
}

/**
 * Expects what always has to hold: what was acknowledged is there, each once, but for what was to be removed; what was
 * removed is gone; and nothing is there that was never sent.
 */
export async function expectNothingLost(recorder: Recorder, store: EventStorePort): Promise<void> {
  const { sent, acknowledged, removing, removed } = recorder;
  const found = await store.query({ filter: {}, order: 'asc', limit: 10_000_000 });
  const stored = new Set(found.map(({ id }) => id));
  expect(found.length - stored.size, 'stored twice').toBe(0);
  expect(without(without(acknowledged, removing), stored), 'acknowledged and lost').toEqual([]);
  expect(without(stored, sent), 'stored and never sent').toEqual([]);
  expect(
    [...removed].filter((id) => stored.has(id)),
    'removed and there',
  ).toEqual([]);
}

function without(ids: Iterable<string>, others: Iterable<string>): readonly string[] {
  const leftOut = new Set(others);
  return [...ids].filter((id) => !leftOut.has(id));
}

/** True if a call failed for a reason that passes, so that the caller can make it again. */
export function isPassing(error: unknown): boolean {
  return isStoreUnavailableError(error) || isStoreTimeoutError(error) || isOverloadedError(error);
}

import { type Event, isOverloadedError, isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';

/** The ids of appended and deleted events, sent and acknowledged, while faults happen. */
export interface Recorder {
  readonly sent: Set<string>;
  readonly acknowledged: Set<string>;
  readonly deleting: Set<string>;
  readonly deleted: Set<string>;
}

export function createRecorder(): Recorder {
  return { sent: new Set(), acknowledged: new Set(), deleting: new Set(), deleted: new Set() };
}

/** Appends a batch and records its ids. Returns the error if the store rejects the batch. */
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
 * Expects that the store contains every acknowledged event exactly once, except those whose deletion was requested; no event
 * whose deletion was acknowledged; and no event that was never sent.
 */
export async function expectNothingLost(recorder: Recorder, store: EventStorePort): Promise<void> {
  const { sent, acknowledged, deleting, deleted } = recorder;
  const found = await store.query({ filter: {}, order: 'asc', limit: 10_000_000 });
  const stored = new Set(found.map(({ id }) => id));
  expect(found.length - stored.size, 'stored twice').toBe(0);
  expect(without(without(acknowledged, deleting), stored), 'acknowledged and lost').toEqual([]);
  expect(without(stored, sent), 'stored and never sent').toEqual([]);
  expect(
    [...deleted].filter((id) => stored.has(id)),
    'deleted and stored',
  ).toEqual([]);
}

function without(ids: Iterable<string>, others: Iterable<string>): readonly string[] {
  const excluded = new Set(others);
  return [...ids].filter((id) => !excluded.has(id));
}

/** True for an error that may not occur again, so that the caller can repeat the call. */
export function isTransient(error: unknown): boolean {
  return isStoreUnavailableError(error) || isStoreTimeoutError(error) || isOverloadedError(error);
}

import { type Event, type EventId, isEventIdConflictError, isStoreUnavailableError } from '@event-tracker/core';
import type { AppendResult, EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { find } from './reading.ts';

/** Expects the very same events in the same order, down to the order of members. */
export function expectSameEvents(found: readonly Event[], expected: readonly Event[], about = 'events'): void {
  // Only the first difference is shown: a diff of ten thousand events tells nobody anything.
  for (const [index, event] of expected.entries()) {
    const bytes = JSON.stringify(event);
    if (JSON.stringify(found[index]) !== bytes) {
      expect(JSON.stringify(found[index]), `${about}: ${describePlace(index, found, expected)}`).toBe(bytes);
    }
  }
  expect(found.length, `${about}: how many`).toBe(expected.length);
}

/** Expects the very same events, whatever their order. */
export function expectSameSet(found: readonly Event[], expected: readonly Event[], about = 'events'): void {
  expectSameEvents(byId(found), byId(expected), about);
}

/** Expects a store to hold these events and no others, each found by query and, if they are few, by id. */
export async function expectContents(
  store: EventStorePort,
  expected: readonly Event[],
  about = 'stored',
): Promise<void> {
  expectSameSet(await find(store), expected, about);
  if (expected.length > 50) return;
  const found = await Promise.all(expected.map(({ id }) => store.get(id)));
  expectSameEvents(found.filter(isPresent), expected, `${about}, by id`);
}

/** Expects an answer to an append: these events, each stored by the call or not. */
export function expectResults(
  results: readonly AppendResult[],
  expected: readonly { readonly event: Event; readonly stored: boolean }[],
): void {
  expectSameEvents(
    results.map(({ event }) => event),
    expected.map(({ event }) => event),
    'answered',
  );
  expect(
    results.map(({ stored }) => stored),
    'stored by the call',
  ).toEqual(expected.map(({ stored }) => stored));
}

/** Expects a call to be rejected over these ids, each named once. */
export async function expectConflict(call: Promise<unknown>, ids: readonly EventId[]): Promise<void> {
  expectConflictError(await rejectionOf(call), ids);
}

export function expectConflictError(error: unknown, ids: readonly EventId[]): void {
  const named = isEventIdConflictError(error) ? [...error.ids].sort() : error;
  expect(named, 'ids named by event_id_conflict').toEqual([...ids].sort());
}

/** Expects a call to be rejected because the store is closed. */
export async function expectUnavailable(call: Promise<unknown>, about: string): Promise<void> {
  const error = await rejectionOf(call);
  expect(isStoreUnavailableError(error), `${about} rejects with store_unavailable, not with ${String(error)}`).toBe(
    true,
  );
}

function rejectionOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.fail('expected the call to be rejected'),
    (error: unknown) => error,
  );
}

/** For `filter`: whether a value is there. */
export function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function byId(events: readonly Event[]): Event[] {
  return [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describePlace(index: number, found: readonly Event[], expected: readonly Event[]): string {
  return `at ${index}, of ${found.length} found and ${expected.length} expected`;
}

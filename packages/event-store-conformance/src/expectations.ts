import { type Event, type EventId, isEventIdConflictError, isStoreUnavailableError } from '@event-tracker/core';
import type { AppendResult, EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';
import { find } from './reading.ts';

/** Expects the same events in the same order, with their members in the same order. */
export function expectSameEvents(found: readonly Event[], expected: readonly Event[], about = 'events'): void {
  // Shows only the first difference: a diff of ten thousand events is unreadable.
  for (const [index, event] of expected.entries()) {
    const bytes = JSON.stringify(event);
    if (JSON.stringify(found[index]) !== bytes) {
      expect(JSON.stringify(found[index]), `${about}: ${describePlace(index, found, expected)}`).toBe(bytes);
    }
  }
  expect(found.length, `${about}: number`).toBe(expected.length);
}

/** Expects the same events in any order. */
export function expectSameSet(found: readonly Event[], expected: readonly Event[], about = 'events'): void {
  expectSameEvents(byId(found), byId(expected), about);
}

/** Expects a store to contain exactly these events: those that query returns and, up to 50 events, those that get returns. */
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

/** Expects the results of an append: these events, each stored by the call or not. */
export function expectResults(
  results: readonly AppendResult[],
  expected: readonly { readonly event: Event; readonly stored: boolean }[],
): void {
  expectSameEvents(
    results.map(({ event }) => event),
    expected.map(({ event }) => event),
    'events of the results',
  );
  expect(
    results.map(({ stored }) => stored),
    'stored by the call',
  ).toEqual(expected.map(({ stored }) => stored));
}

/** Expects a call to be rejected with a conflict of these ids, each once. */
export async function expectConflict(call: Promise<unknown>, ids: readonly EventId[]): Promise<void> {
  expectConflictError(await rejectionOf(call), ids);
}

export function expectConflictError(error: unknown, ids: readonly EventId[]): void {
  const reported = isEventIdConflictError(error) ? [...error.ids].sort() : error;
  expect(reported, 'ids of event_id_conflict').toEqual([...ids].sort());
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

/** True if a value is not undefined. */
export function isPresent<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function byId(events: readonly Event[]): Event[] {
  return [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function describePlace(index: number, found: readonly Event[], expected: readonly Event[]): string {
  return `at ${index}, of ${found.length} found and ${expected.length} expected`;
}

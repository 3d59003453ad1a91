import { statfsSync } from 'node:fs';
import { isEventTrackerError, isStoreUnavailableError } from '@event-tracker/core';
import { createEventIdConflictError, createTooManyCellsError } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { fromThreadError, toThreadError } from './thread-error.ts';

/** Returns the error that the other thread receives. */
function passError(error: unknown): Error {
  return fromThreadError(structuredClone(toThreadError(error)));
}

test.each([
  createTooManyCellsError('the groups', 10),
  createEventIdConflictError(['018cc251-f400-7000-8000-000000000001']),
])('passes an error of the store with all its members: %s', (error) => {
  expect(passError(error)).toStrictEqual(error);
  expect(isEventTrackerError(passError(error))).toBe(true);
});

test('turns an error of SQLite into store_unavailable', () => {
  const error = passError(Object.assign(new Error('disk I/O error'), { errcode: 10 }));
  expect(isStoreUnavailableError(error)).toBe(true);
  expect(error.message).toBe('SQLite: disk I/O error (10)');
});

test('turns an error of the file system into store_unavailable', () => {
  let thrown: unknown;
  try {
    statfsSync('/no/such/folder');
  } catch (error) {
    thrown = error;
  }
  const error = passError(thrown);
  expect(isStoreUnavailableError(error)).toBe(true);
  expect(error.message).toContain('ENOENT: no such file or directory');
});

test('does not turn a defect into an EventTrackerError', () => {
  const error = passError(new TypeError('no such thing'));
  expect(isEventTrackerError(error)).toBe(false);
  expect(error).toMatchObject({ message: 'no such thing', cause: expect.any(TypeError) });
});

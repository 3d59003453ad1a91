import { describe, expect, test } from 'vitest';
import type { EventTrackerError, EventTrackerErrorCode } from './errors.ts';
import * as errors from './errors.ts';

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
const problem = { index: 0, pointer: '/timestamp', code: 'required', detail: 'timestamp is required' };

/** One error for each code, with the guard of that code. */
const EACH: Record<EventTrackerErrorCode, [EventTrackerError, (error: unknown) => boolean]> = {
  invalid_event: [
    errors.createInvalidEventError({ problems: [problem], problemCount: 1, invalidEventCount: 1, eventCount: 1 }),
    errors.isInvalidEventError,
  ],
  outside_retention: [
    errors.createEventProblemsError('outside_retention', {
      problems: [problem],
      problemCount: 1,
      invalidEventCount: 1,
      eventCount: 1,
    }),
    errors.isOutsideRetentionError,
  ],
  schema_violation: [
    errors.createEventProblemsError('schema_violation', {
      problems: [problem],
      problemCount: 1,
      invalidEventCount: 1,
      eventCount: 1,
    }),
    errors.isSchemaViolationError,
  ],
  payload_too_large: [
    errors.createPayloadTooLargeError({ index: 2, bytes: 11, maxBytes: 10 }),
    errors.isPayloadTooLargeError,
  ],
  batch_too_large: [errors.createBatchTooLargeError({ events: 11, maxEvents: 10 }), errors.isBatchTooLargeError],
  invalid_query: [
    errors.createInvalidQueryError([{ parameter: 'limit', code: 'invalid_limit', detail: 'expected a number' }]),
    errors.isInvalidQueryError,
  ],
  invalid_cursor: [errors.createInvalidCursorError('the cursor is damaged'), errors.isInvalidCursorError],
  too_many_cells: [errors.createTooManyCellsError('the rows', 10), errors.isTooManyCellsError],
  filter_required: [errors.createFilterRequiredError(), errors.isFilterRequiredError],
  invalid_id: [errors.createInvalidIdError('expected a UUID'), errors.isInvalidIdError],
  event_id_conflict: [errors.createEventIdConflictError([ID]), errors.isEventIdConflictError],
  store_unavailable: [errors.createStoreUnavailableError('the store is closed'), errors.isStoreUnavailableError],
  overloaded: [errors.createOverloadedError('too much is waiting', { retryAfterMs: 2_000 }), errors.isOverloadedError],
  store_full: [errors.createStoreFullError('the store is full'), errors.isStoreFullError],
  store_timeout: [errors.createStoreTimeoutError('the store did not respond'), errors.isStoreTimeoutError],
};
const CODES = Object.entries(EACH).map(([code, [error, guard]]) => ({ code, error, guard }));

describe('errors', () => {
  test.each(CODES)('$code is an Error with its code, its name and a message', ({ code, error }) => {
    expect(error).toBeInstanceOf(Error);
    expect(error.code).toBe(code);
    expect(error.message).not.toBe('');
    const name = code.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(String(error)).toBe(`${name}Error: ${error.message}`);
    expect(error.stack).toContain('errors.test.ts');
  });

  test.each(CODES)('the guard of $code accepts no other code', ({ code, guard }) => {
    const known = CODES.filter(({ error }) => guard(error)).map((other) => other.code);
    expect(known).toEqual([code]);
    expect(errors.isEventTrackerError(EACH[code as EventTrackerErrorCode][0])).toBe(true);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'store_full'],
    ['an object with a code', { code: 'store_full' }],
    ['an Error without a code', new Error('store_full')],
    ['an Error of Node', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
    ['an Error with a code that is the name of a method', Object.assign(new Error('x'), { code: 'toString' })],
    ['an Error with a number for code', Object.assign(new Error('x'), { code: 11000 })],
  ])('no guard accepts %s', (_, error) => {
    expect(errors.isEventTrackerError(error)).toBe(false);
    for (const { guard } of CODES) expect(guard(error)).toBe(false);
  });

  test('have the members that a caller needs to handle them', () => {
    expect(EACH.invalid_event[0]).toMatchObject({ problems: [problem], problemCount: 1 });
    expect(EACH.payload_too_large[0]).toMatchObject({ index: 2, bytes: 11, maxBytes: 10 });
    expect(EACH.batch_too_large[0]).toMatchObject({ events: 11, maxEvents: 10 });
    expect(EACH.event_id_conflict[0]).toMatchObject({ ids: [ID], message: expect.stringContaining(ID) });
    expect(EACH.invalid_query[0].message).toBe('limit: expected a number');
  });

  const wrong = { pointer: '/timestamp', code: 'invalid_timestamp', detail: 'expected RFC 3339 with a zone' };
  test.each([
    [1, 1, wrong, '/timestamp: expected RFC 3339 with a zone'],
    [3, 1, wrong, '/timestamp: expected RFC 3339 with a zone; and 2 more'],
    [1, 3, wrong, 'event 2, /timestamp: expected RFC 3339 with a zone'],
    [5, 3, wrong, 'event 2, /timestamp: expected RFC 3339 with a zone; and 4 more'],
    [1, 1, { ...wrong, pointer: '' }, 'expected RFC 3339 with a zone'],
    [1, 3, { ...wrong, pointer: '' }, 'event 2: expected RFC 3339 with a zone'],
  ])('name the first of %i problems in a call of %i events', (problemCount, eventCount, first, message) => {
    const members = { problems: [{ index: 2, ...first }], problemCount, invalidEventCount: 1, eventCount };
    expect(errors.createInvalidEventError(members).message).toBe(message);
    expect(errors.createEventProblemsError('outside_retention', members).message).toBe(message);
  });

  test('name the first problem of a query and count the others', () => {
    const problems = ['limit', 'order', 'top'].map((parameter) => ({ parameter, code: 'x', detail: 'expected y' }));
    expect(errors.createInvalidQueryError(problems).message).toBe('limit: expected y; and 2 more');
  });

  test('keep the cause of an unavailable store', () => {
    const cause = new Error('connection refused');
    expect(errors.createStoreUnavailableError('the store cannot be reached', { cause }).cause).toBe(cause);
  });
});

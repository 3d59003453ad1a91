import { ClickHouseError } from '@clickhouse/client';
import { isEventTrackerError } from '@event-tracker/core';
import { createEventIdConflictError } from '@event-tracker/core/store';
import { describe, expect, test } from 'vitest';
import {
  createTimeoutError,
  createUnknownOutcomeError,
  isConnectionRefused,
  isUnreachable,
  toStoreError,
} from './store-error.ts';

const clickHouseError = (code: string, message = 'went wrong') => new ClickHouseError({ code, message, type: 'TYPE' });

describe('toStoreError', () => {
  test.each([
    ['159', 'store_timeout'],
    ['319', 'store_timeout'],
    ['243', 'store_full'],
    ['241', 'store_unavailable'],
    ['252', 'store_unavailable'],
    ['516', 'store_unavailable'],
    ['999', 'store_unavailable'],
  ])('maps the code %s to %s, with the cause', (code, expected) => {
    const cause = clickHouseError(code);
    const error = toStoreError(cause);
    expect(isEventTrackerError(error) && error.code).toBe(expected);
    expect(error).toHaveProperty('cause', cause);
  });

  test('reports each address that refused the connection', () => {
    const cause = new AggregateError([new Error('connect ECONNREFUSED ::1:8123'), new Error('other')], 'all refused');
    expect(String(toStoreError(cause))).toContain('connect ECONNREFUSED ::1:8123, other');
  });

  test.each([clickHouseError('62'), new TypeError('a defect'), createEventIdConflictError([])])(
    'returns %s unchanged',
    (error) => {
      expect(toStoreError(error)).toBe(error);
    },
  );
});

const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

test('reports a refused connection only if all addresses refuse it', () => {
  expect(isConnectionRefused(refused)).toBe(true);
  expect(isConnectionRefused(new AggregateError([refused, refused], 'all'))).toBe(true);
  expect(isConnectionRefused(new AggregateError([refused, reset], 'all'))).toBe(false);
  expect(isConnectionRefused(reset)).toBe(false);
});

test.each([
  [refused, true],
  [reset, true],
  [createUnknownOutcomeError(refused), true],
  [createUnknownOutcomeError(clickHouseError('252')), false],
  [createTimeoutError(10, new Error('aborted')), false],
  [clickHouseError('252'), false],
])('isUnreachable(%s) is %s', (error, expected) => {
  expect(isUnreachable(error)).toBe(expected);
});

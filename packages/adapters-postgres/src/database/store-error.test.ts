import { isEventTrackerError } from '@event-tracker/core';
import { createEventIdConflictError } from '@event-tracker/core/store';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { toStoreError } from './store-error.ts';

function databaseError(code: string, severity = 'ERROR'): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('went wrong', 10, 'error'), { code, severity });
}

describe('toStoreError', () => {
  test.each([
    ['57014', 'store_timeout'],
    ['55P03', 'store_timeout'],
    ['53100', 'store_full'],
    ['53300', 'store_unavailable'],
    ['57P01', 'store_unavailable'],
    ['57P03', 'store_unavailable'],
    ['08006', 'store_unavailable'],
    ['25006', 'store_unavailable'],
    ['42501', 'store_unavailable'],
    ['28P01', 'store_unavailable'],
  ])('maps the code %s to %s, with the cause', (code, expected) => {
    const cause = databaseError(code);
    const error = toStoreError(cause);
    expect(isEventTrackerError(error) && error.code).toBe(expected);
    expect(error).toHaveProperty('cause', cause);
  });

  test('returns store_unavailable for a rejected parameter of the URL', () => {
    const error = toStoreError(databaseError('22023', 'FATAL'));
    expect(isEventTrackerError(error) && error.code).toBe('store_unavailable');
  });

  test.each([
    ['Query read timeout', 'store_timeout'],
    ['timeout exceeded when trying to connect', 'store_unavailable'],
    ['Connection terminated unexpectedly', 'store_unavailable'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'store_unavailable'],
  ])('maps the message "%s" to %s', (message, expected) => {
    const error = toStoreError(new Error(message));
    expect(isEventTrackerError(error) && error.code).toBe(expected);
  });

  test('reports each address that refused the connection', () => {
    const cause = new AggregateError([new Error('connect ECONNREFUSED ::1:5432'), new Error('other')], 'all refused');
    expect(String(toStoreError(cause))).toContain('connect ECONNREFUSED ::1:5432, other');
  });

  test.each([
    databaseError('22P05'),
    databaseError('54000'),
    new TypeError('a defect'),
    createEventIdConflictError([]),
  ])('returns %s unchanged', (error) => {
    expect(toStoreError(error)).toBe(error);
  });
});

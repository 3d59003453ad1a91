import { isInvalidQueryError } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { readFilters } from './filters.ts';
import { isUsageError } from './usage-error.ts';

async function errorOf(args: readonly string[], options = {}): Promise<unknown> {
  return readFilters(args, options).then(
    (filters) => new Error(`not refused: ${JSON.stringify(filters)}`),
    (error: unknown) => error,
  );
}

describe('readFilters', () => {
  test('returns filters as the API names them, and lists of repeated ones', async () => {
    const args = ['event_type=login', 'event_type=logout', 'payload.user_id[gte]=5', 'q=a=b', 'payload.note='];
    expect(await readFilters(args, {})).toEqual({
      event_type: ['login', 'logout'],
      'payload.user_id[gte]': '5',
      q: 'a=b',
      'payload.note': '',
    });
  });

  test('reads a member name in quotes that contains an equals sign', async () => {
    expect(await readFilters(['payload."a=\\"b".c=1'], {})).toEqual({ 'payload."a=\\"b".c': '1' });
  });

  test('reads --since and --until as start and end', async () => {
    expect(await readFilters([], { since: '2025-01-01', until: '2025-01-02' })).toEqual({
      start: '2025-01-01',
      end: '2025-01-02',
    });
  });

  test.each(['login', '=login', ''])('refuses %j, which has no name or no value', async (argument) => {
    const error = await errorOf([argument]);
    expect(isUsageError(error) && error.message).toContain('expected a filter NAME=VALUE');
  });

  test('refuses start in addition to --since', async () => {
    const error = await errorOf(['start=2025-01-01'], { since: '2025-01-01' });
    expect(isUsageError(error) && error.message).toBe('start is given twice; --since sets start, and --until sets end');
  });

  test.each([
    ['type=login', /^type: unknown parameter, did you mean event_type\?/],
    ['limit=5', /^limit: unknown parameter/],
    ['start=yesterday', /^start: expected RFC 3339/],
    ['payload.a[near]=1', /^payload\.a\[near\]: /],
  ])('refuses %s before anything is sent', async (argument, message) => {
    const error = await errorOf([argument]);
    expect(isInvalidQueryError(error) && error.message).toMatch(message);
  });
});

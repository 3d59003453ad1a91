import { isRequestError } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

const TYPES = ['application/json', 'application/x-ndjson', 'text/csv'] as const;

describe('Accept', () => {
  test.each<[string | undefined, (typeof TYPES)[number]]>([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['text/*', 'text/csv'],
    ['text/csv', 'text/csv'],
    ['TEXT/CSV', 'text/csv'],
    ['text/csv;header=present', 'text/csv'],
    ['text/html, application/xhtml+xml, */*;q=0.8', 'application/json'],
    ['application/json;q=0.1, application/x-ndjson', 'application/x-ndjson'],
    ['text/csv;q=0.5, application/x-ndjson;q=0.6, application/json;q=0.4', 'application/x-ndjson'],
    ['text/csv, application/x-ndjson', 'application/x-ndjson'], // a tie: the first available type
    ['*/*, application/json;q=0.5', 'application/x-ndjson'], // the more specific range wins
    ['*/*, application/json;q=0, application/x-ndjson;q=0', 'text/csv'],
    ['application/*;q=0.2, */*;q=0.1', 'application/json'],
    ['text/csv;q=1.5', 'text/csv'],
  ])('returns the preferred type for %j: %s', (accept, type) => {
    expect(negotiate(accept, TYPES)).toBe(type);
  });

  test.each(['text/html', 'application/json;q=0', '*/*;q=0', 'json', 'application/json+ld', 'text', '/', ';;;', ',,,'])(
    'rejects %j, naming the available types',
    (accept) => {
      try {
        negotiate(accept, TYPES);
      } catch (error) {
        expect(isRequestError(error) && [error.code, error.message]).toEqual([
          'not_acceptable',
          'Accept matches none of application/json, application/x-ndjson, text/csv',
        ]);
        return;
      }
      expect.fail('expected not_acceptable');
    },
  );
});

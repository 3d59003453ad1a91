import { describe, expect, test } from 'vitest';
import { hasInexactNumber } from './inexact-number.ts';

describe('hasInexactNumber', () => {
  test.each([
    '9007199254740993',
    '1e999',
    '-1e-400',
    '{"a":[1,{"b":0.1234567890123456789}]}',
    '{"a":"9007199254740993","b":9007199254740993}',
    '[0.1,\n\t 1e999]',
    '{"a":1e999}',
    '{"a\\"":3.0000000000000000000001}',
    '[-9007199254740993]',
  ])('finds the number in %s', (json) => {
    expect(hasInexactNumber(json)).toBe(true);
  });

  test.each([
    '{}',
    '"9007199254740993"',
    '{"9007199254740993":"1e999"}',
    '["a\\\\",0.30000000000000004,"\\"9007199254740993"]',
    '{"id":"018cc251-f400-7000-8000-5e1230000001","n":1234567890123456}',
    '[1.5e100,-0.10000000000000001,1e-300]',
  ])('finds none in %s', (json) => {
    expect(hasInexactNumber(json)).toBe(false);
  });
});

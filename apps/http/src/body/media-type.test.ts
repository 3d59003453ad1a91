import { describe, expect, test } from 'vitest';
import { bodyFormatOf } from './media-type.ts';

describe('Content-Type', () => {
  test.each([
    ['application/json', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json;charset=UTF-8;x=y', 'json'],
    ['APPLICATION/JSON; CharSet="utf-8"', 'json'],
    ['application/x-ndjson', 'ndjson'],
    ['application/jsonl; charset=utf8', 'ndjson'],
  ])('%j is %s', (contentType, format) => {
    expect(bodyFormatOf(contentType)).toBe(format);
  });

  test.each([
    undefined,
    '',
    ';',
    'json',
    'text/json',
    'application/json, application/json',
    'application/json; charset=utf-16',
    'application/json; charset=',
    'application/json; x=y; charset=iso-8859-1',
  ])('%j is refused', (contentType) => {
    expect(() => bodyFormatOf(contentType)).toThrow(
      'expected application/json, application/x-ndjson, application/jsonl, in UTF-8',
    );
  });
});

import { isPayloadTooLargeError } from '@event-tracker/core';
import { type EventPlace, isRequestError, type RequestError } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { decodeUtf8, MAX_JSON_DEPTH, parseEventText } from './parse-json.ts';

function refusalOf(call: () => unknown): RequestError {
  try {
    call();
  } catch (error) {
    if (isRequestError(error)) return error;
    throw error;
  }
  throw new Error('expected an error');
}

const PADDING = ' '.repeat(5_000); // longer than texts whose nesting is not checked

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth) + PADDING;
}

const parse = (text: string, place: EventPlace): unknown => parseEventText(text, place, 256 * 1024);

describe('UTF-8', () => {
  test('is decoded without a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('é😀\u0000'))).toBe('é😀\u0000');
    expect(decodeUtf8(Buffer.from('\ufeff{}'))).toBe('{}');
    expect(decodeUtf8(Buffer.from('\ufeff\ufeff'))).toBe('\ufeff');
    expect(decodeUtf8(Buffer.alloc(0))).toBe('');
  });

  test.each([
    ['a byte that never occurs', [0xff]],
    ['an overlong form', [0xc0, 0x80]],
    ['a truncated sequence', [0xe2, 0x82]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
    ['a value beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('is refused with %s', (_, bytes) => {
    expect(refusalOf(() => decodeUtf8(Uint8Array.from(bytes))).code).toBe('invalid_encoding');
  });
});

describe('a document', () => {
  test.each(['null', '5', '"x"', ' {"a":[1,{"b":null}]} ', '"[[[["'])('%s is parsed', (text) => {
    expect(parse(text, {})).toEqual(JSON.parse(text));
  });

  test('can be nested up to a limit, without counting brackets in strings', () => {
    expect(parse(nested(MAX_JSON_DEPTH), {})).toEqual(JSON.parse(nested(MAX_JSON_DEPTH)));
    const text = JSON.stringify(['[{'.repeat(3_000), '\\"[[['.repeat(1_000), '\\']);
    expect(parse(text, {})).toEqual(JSON.parse(text));
    const { code, message } = refusalOf(() => parse(nested(MAX_JSON_DEPTH + 1), {}));
    expect([code, message]).toEqual(['malformed_json', 'nested deeper than 64 levels']);
    const mixed = `${'{"a":['.repeat(33)}${']}'.repeat(33)}${PADDING}`;
    expect(refusalOf(() => parse(mixed, {})).message).toBe('nested deeper than 64 levels');
  });

  test('longer than any accepted event is rejected without parsing', () => {
    const text = JSON.stringify(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`name ${n}`, n])));
    expect(() => parse(text, { index: 2 })).toThrow(
      expect.toSatisfy((error) => isPayloadTooLargeError(error) && error.index === 2 && error.pointer === ''),
    );
    const accented = `{"text":"${'\\u00e9'.repeat(130_000)}"}`;
    expect(parse(accented, {})).toEqual({ text: 'é'.repeat(130_000) });
  });

  test('of half a million brackets is rejected immediately', () => {
    const text = '['.repeat(500_000);
    const times = Array.from({ length: 5 }, () => {
      const started = performance.now();
      expect(refusalOf(() => parse(text, {})).code).toBe('malformed_json');
      return performance.now() - started;
    });
    expect(Math.min(...times)).toBeLessThan(20); // the least, because the machine may be busy
  });

  test.each([
    ['', 'not JSON: it ends too early'],
    ['{"a":', 'not JSON: it ends too early'],
    ['{"a":1,}', 'not JSON at character 7'],
    ['{}{}', /^line 7 has more than one JSON value; use --data-binary/],
    ['{}\n{}', /^line 7 has more than one JSON value/],
    ['NaN', /^not JSON/],
    ["{'a':1}", 'not JSON at character 1'],
    ['{"a":"\n"}', /^not JSON at character 6/],
    ['\ufeff{}', /^not JSON/],
    ['01', 'not JSON at character 1'],
  ])('%j is rejected, and the error does not quote it', (text, detail) => {
    const { code, message, errors } = refusalOf(() => parse(text, { index: 3, line: 7 }));
    expect(code).toBe('malformed_json');
    expect(message).toMatch(detail);
    expect(errors).toEqual([{ index: 3, line: 7, pointer: '', code: 'malformed_json', detail: message }]);
  });
});

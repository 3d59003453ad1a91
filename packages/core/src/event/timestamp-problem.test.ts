import { describe, expect, test } from 'vitest';
import { describeTimestampProblem } from './timestamp-problem.ts';

const EXPECTED = 'expected RFC 3339 with a zone, e.g. 2025-01-01T12:00:00Z';

describe('describeTimestampProblem', () => {
  test.each([
    [1_735_732_800, '1735732800 in seconds since 1970 is "2025-01-01T12:00:00Z"'],
    [1_735_732_800_000, '1735732800000 in milliseconds since 1970 is "2025-01-01T12:00:00Z"'],
    [1_735_732_800_123, '1735732800123 in milliseconds since 1970 is "2025-01-01T12:00:00.123Z"'],
    [1_735_732_800.5, '1735732800.5 in seconds since 1970 is "2025-01-01T12:00:00.5Z"'],
    ['1735732800', '1735732800 in seconds since 1970 is "2025-01-01T12:00:00Z"'],
    [0, '0 in seconds since 1970 is "1970-01-01T00:00:00Z"'],
    [-1, '-1 in seconds since 1970 is "1969-12-31T23:59:59Z"'],
  ])('writes the epoch time %j in RFC 3339', (value, hint) => {
    expect(describeTimestampProblem(value)).toBe(`expected RFC 3339 with a zone: ${hint}`);
  });

  test.each<[unknown, string]>([
    [new Date(0), 'for a Date send date.toISOString()'],
    ['2025-01-01T12:00:00', 'the zone is missing, Z for UTC'],
    ['2025-01-01T12:00:00.123', 'the zone is missing, Z for UTC'],
    ['2025-01-01 12:00:00Z', 'write T between the date and the time'],
  ])('describes how to correct %j', (value, hint) => {
    expect(describeTimestampProblem(value)).toBe(`${EXPECTED}; ${hint}`);
  });

  test.each<[unknown]>([
    [undefined],
    [null],
    [true],
    [{}],
    [[]],
    [Number.NaN],
    [Infinity],
    [1e300],
    [1e17],
    [-1e13],
    [''],
    ['yesterday'],
    ['2025-01-01'],
    ['2025-01-01T12:00:00+0530'],
    ['1'.repeat(100)],
    [Symbol('time')],
    [10n],
  ])('describes only what is expected for %o', (value) => {
    expect(describeTimestampProblem(value)).toBe(EXPECTED);
  });
});

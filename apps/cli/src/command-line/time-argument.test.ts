import { describe, expect, test } from 'vitest';
import { parseTimeArgument } from './time-argument.ts';

const NOW = Date.UTC(2025, 0, 8, 12);

describe('parseTimeArgument', () => {
  test.each([
    ['30s', '2025-01-08T11:59:30.000Z'],
    ['15m', '2025-01-08T11:45:00.000Z'],
    ['1h', '2025-01-08T11:00:00.000Z'],
    ['7d', '2025-01-01T12:00:00.000Z'],
    ['2w', '2024-12-25T12:00:00.000Z'],
    ['0s', '2025-01-08T12:00:00.000Z'],
  ])('returns the time that is %s before now', (text, time) => {
    expect(parseTimeArgument(text, NOW)).toBe(time);
  });

  test.each(['2025-01-01', '2025-01-01T12:00:00+01:00'])('returns %s unchanged', (text) => {
    expect(parseTimeArgument(text, NOW)).toBe(text);
  });

  test.each(['', 'h', '1', '1.5h', '-1h', '1y', 'yesterday', '1h30m', '99999999999999w'])('refuses %j', (text) => {
    expect(() => parseTimeArgument(text, NOW)).toThrow('expected a time ago such as 30s');
  });
});

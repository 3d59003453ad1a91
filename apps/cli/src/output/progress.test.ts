import { describe, expect, test } from 'vitest';
import { formatDuration } from './duration.ts';
import { describeProgress } from './progress.ts';

describe('describeProgress', () => {
  test('shows the number of events and their rate', () => {
    expect(describeProgress('exported', 1_234_567, 10)).toBe('1,234,567 exported, 123,457/s');
  });

  test('shows the done part and the time left if the size of the work is known', () => {
    expect(describeProgress('imported', 250_000, 10, 0.25)).toBe('250,000 imported, 25,000/s, 25 %, 30s left');
  });

  test('shows no time left at the start', () => {
    expect(describeProgress('imported', 0, 0, 0)).toBe('0 imported, 0/s');
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [11.2, '12s'],
    [200, '3m 20s'],
    [59.5, '1m 00s'],
    [7_500, '2h 05m'],
  ])('formats %d seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

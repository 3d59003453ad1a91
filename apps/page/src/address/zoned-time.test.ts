import { expect, test } from 'vitest';
import { formatInstant, formatTime } from './zoned-time.ts';

test('a timestamp keeps all digits of its fraction, in every zone', () => {
  expect(formatTime('2025-07-01T12:00:00.123456789Z', 'UTC')).toBe('2025-07-01 12:00:00.123456789');
  expect(formatTime('2025-07-01T12:00:00.123456789Z', 'Europe/Paris')).toBe('2025-07-01 14:00:00.123456789');
  expect(formatTime('2025-07-01T12:00:00Z', 'America/St_Johns')).toBe('2025-07-01 09:30:00');
});

test('an instant is as short as it can be', () => {
  expect(formatInstant(Date.UTC(2025, 0, 1), 'UTC')).toBe('2025-01-01');
  expect(formatInstant(Date.UTC(2025, 0, 1, 12, 30), 'UTC')).toBe('2025-01-01 12:30');
  expect(formatInstant(Date.UTC(2025, 0, 1, 12, 30, 5), 'UTC')).toBe('2025-01-01 12:30:05');
});

import { expect, test } from 'vitest';
import { messageOf } from './message-of.ts';

test.each([
  [new Error('connection refused'), 'connection refused'],
  [new AggregateError([new Error('::1 refused'), 'timeout'], 'all failed'), '::1 refused, timeout'],
  ['timeout', 'timeout'],
])('returns the message of %o', (error, message) => {
  expect(messageOf(error)).toBe(message);
});

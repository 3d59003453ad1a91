import { expect, test } from 'vitest';
import { checkUrlParameters } from './check-url-parameters.ts';

const KNOWN = ['sslmode', 'options', 'ch_*'];

function check(query: readonly string[]): void {
  checkUrlParameters(query, KNOWN);
}

test('accepts known names, and names that begin as one that ends with an asterisk', () => {
  expect(() => check(['sslmode', 'options', 'ch_max_threads'])).not.toThrow();
});

test.each([
  ['ssl_mode', 'url: expected sslmode, not the unknown parameter ssl_mode'],
  ['SSLMODE', 'url: expected sslmode, not the unknown parameter SSLMODE'],
  ['x', 'url: expected one of sslmode, options, ch_*, not the unknown parameter x'],
])('rejects %s', (name, message) => {
  expect(() => check(['options', name])).toThrow(new RangeError(message));
});

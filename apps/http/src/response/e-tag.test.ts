import { expect, test } from 'vitest';
import { isMatchedBy, isNamedBy, strongETagOf, weakETagOf } from './e-tag.ts';

const TAG = weakETagOf('text');

test('returns the same weak tag for the same text only', () => {
  expect(TAG).toMatch(/^W\/"[\w-]{22}"$/);
  expect(weakETagOf('text')).toBe(TAG);
  expect(weakETagOf('text ')).not.toBe(TAG);
});

test.each([TAG, TAG.slice(2), `"x", ${TAG}`, `${TAG},"x"`, '*', ' * '])('If-None-Match %j names the tag', (field) => {
  expect(isNamedBy(field, TAG)).toBe(true);
});

test.each([undefined, '', '"x"', TAG.slice(2, -1), `w/${TAG.slice(2)}`, '"*"', weakETagOf('other')])(
  'If-None-Match %j does not name the tag',
  (field) => {
    expect(isNamedBy(field, TAG)).toBe(false);
  },
);

const STRONG = strongETagOf('text');

test.each([STRONG, `"x",${STRONG}`, '*', ` ${STRONG} `])('If-Match %j matches a strong tag', (field) => {
  expect(isMatchedBy(field, STRONG)).toBe(true);
});

test.each(['', '"x"', `W/${STRONG}`, STRONG.slice(1, -1), strongETagOf('other')])(
  'If-Match %j does not match a strong tag',
  (field) => {
    expect(isMatchedBy(field, STRONG)).toBe(false);
  },
);

test('matches a weak tag only with an asterisk', () => {
  expect([TAG, STRONG, '*'].map((field) => isMatchedBy(field, TAG))).toEqual([false, false, true]);
});

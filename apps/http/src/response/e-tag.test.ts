import { expect, test } from 'vitest';
import { isMatchedBy, isNamedBy, strongETagOf, weakETagOf } from './e-tag.ts';

const TAG = weakETagOf('text');

test('a tag is weak, the same for the same text and another for another', () => {
  expect(TAG).toMatch(/^W\/"[\w-]{22}"$/);
  expect(weakETagOf('text')).toBe(TAG);
  expect(weakETagOf('text ')).not.toBe(TAG);
});

test.each([TAG, TAG.slice(2), `"x", ${TAG}`, `${TAG},"x"`, '*', ' * '])('is named by %j', (field) => {
  expect(isNamedBy(field, TAG)).toBe(true);
});

test.each([undefined, '', '"x"', TAG.slice(2, -1), `w/${TAG.slice(2)}`, '"*"', weakETagOf('other')])(
  'is not named by %j',
  (field) => {
    expect(isNamedBy(field, TAG)).toBe(false);
  },
);

const STRONG = strongETagOf('text');

test.each([STRONG, `"x",${STRONG}`, '*', ` ${STRONG} `])('a strong tag is matched by %j', (field) => {
  expect(isMatchedBy(field, STRONG)).toBe(true);
});

test.each(['', '"x"', `W/${STRONG}`, STRONG.slice(1, -1), strongETagOf('other')])(
  'a strong tag is not matched by %j',
  (field) => {
    expect(isMatchedBy(field, STRONG)).toBe(false);
  },
);

test('a weak tag is matched by nothing but an asterisk', () => {
  expect([TAG, STRONG, '*'].map((field) => isMatchedBy(field, TAG))).toEqual([false, false, true]);
});

import { expect, test } from 'vitest';
import { eTagOf, isNamedBy } from './e-tag.ts';

const TAG = eTagOf('text');

test('a tag is weak, the same for the same text and another for another', () => {
  expect(TAG).toMatch(/^W\/"[\w-]{22}"$/);
  expect(eTagOf('text')).toBe(TAG);
  expect(eTagOf('text ')).not.toBe(TAG);
});

test.each([TAG, TAG.slice(2), `"x", ${TAG}`, `${TAG},"x"`, '*', ' * '])('is named by %j', (field) => {
  expect(isNamedBy(field, TAG)).toBe(true);
});

test.each([undefined, '', '"x"', TAG.slice(2, -1), `w/${TAG.slice(2)}`, '"*"', eTagOf('other')])(
  'is not named by %j',
  (field) => {
    expect(isNamedBy(field, TAG)).toBe(false);
  },
);

import { expect, test } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

test('limits the total of all shares, and can be reused after a release', () => {
  const budget = createBodyBudget(10);
  const [one, other] = [budget.open(), budget.open()];
  expect(one.take(6)).toBe(true);
  expect(other.take(5)).toBe(false);
  expect(other.take(4)).toBe(true);
  expect(one.take(1)).toBe(false);
  one.close();
  one.close();
  expect(other.take(7)).toBe(false);
  expect(other.take(6)).toBe(true);
  other.close();
  expect(budget.open().take(10)).toBe(true);
});

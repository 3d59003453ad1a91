import { expect, test } from 'vitest';
import type { JsonScalar } from '../query/payload-condition.ts';
import { compareGroups } from './compare-groups.ts';

const IN_ORDER: readonly JsonScalar[] = [
  false,
  true,
  -1.5,
  0,
  2,
  10,
  '',
  '10',
  '2',
  'a',
  'é',
  '\uffff',
  '\u{1f600}',
  null,
];

test('orders groups of all types', () => {
  for (const [i, a] of IN_ORDER.entries()) {
    for (const [j, b] of IN_ORDER.entries()) {
      expect(Math.sign(compareGroups(a, b)), `${JSON.stringify(a)} and ${JSON.stringify(b)}`).toBe(Math.sign(i - j));
    }
  }
});

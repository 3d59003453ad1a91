import { expect, test } from 'vitest';
import { secretOf } from './secret-of.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['Bearer etk_A-z_09', 'etk_A-z_09'],
  ['bearer  x', 'x'],
  ['BEARER a:b', 'a:b'],
  [`Basic ${base64('x:')}`, 'x'],
  [`basic ${base64('x:a password:with colons')}`, 'x'],
  // Bytes of UTF-8, as Node represents them.
  [`Bearer ${Buffer.from('é').toString('latin1')}`, 'é'],
  [`Basic ${base64('é:')}`, 'é'],
])('returns the key of %j', (authorization, secret) => {
  expect(secretOf(authorization)?.toString()).toBe(secret);
});

test.each([
  undefined,
  '',
  'x',
  'Bearer',
  'Bearer ',
  'Bearer a b',
  'Bearerx',
  'Digest x',
  'Basic',
  `Basic ${base64('no colon')}`,
  `Basic ${base64(':password')}`,
  'Basic ====',
  'Basic \xff',
])('returns undefined for %j', (authorization) => {
  expect(secretOf(authorization)).toBeUndefined();
});

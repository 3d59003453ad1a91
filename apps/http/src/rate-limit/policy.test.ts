import { expect, test } from 'vitest';
import type { AppContext } from '../request/app-env.ts';
import { createRefusal } from './policy.ts';

const LIMIT = { quota: 2, windowMs: 60_000 };
const CONTEXT = { get: () => 'client' } as unknown as AppContext;

function retryAfter(used: number, leftMs: number): string | undefined {
  const counter = { take: () => false, get: () => ({ used, resetAtMs: Date.now() + leftMs }) };
  return createRefusal(CONTEXT, { name: 'default', limit: LIMIT, counter }, 'no more').headers['Retry-After'];
}

test('returns the end of the window to a rejected client', () => {
  expect(retryAfter(2, 30_000)).toBe('30');
  expect(retryAfter(2, 10)).toBe('1');
});

test('returns at least no wait if the window has ended since the refusal', () => {
  expect(retryAfter(0, LIMIT.windowMs)).toBe('1');
});

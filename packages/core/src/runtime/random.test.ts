import { describe, expect, test, vi } from 'vitest';
import { parseEventId } from '../event/event-id.ts';
import { randomHex } from './random.ts';

describe('randomHex', () => {
  test('returns two hexadecimal digits for each byte', () => {
    for (const bytes of [0, 1, 6, 16, 4_096]) expect(randomHex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
  });

  test('never returns the same bytes twice', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => randomHex(8))).size).toBe(10_000);
  });

  test('returns every byte value', () => {
    const text = randomHex(4_096) + randomHex(4_096) + randomHex(4_096);
    expect(new Set(text.match(/../g)).size).toBe(256);
  });
});

test('createEventIds works without randomUUID, as on a page served over plain http', async () => {
  const { crypto } = globalThis;
  vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
  vi.resetModules();
  const fresh = await import('../event/create-event-ids.ts');
  expect(parseEventId(fresh.createEventIds(Date.now)())).toBeDefined();
  vi.unstubAllGlobals();
});

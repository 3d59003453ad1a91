import { randomUUID } from 'node:crypto';
import { v5 } from 'uuid';
import { expect, test } from 'vitest';
import { uuidV5 } from './uuid-v5.ts';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('returns the UUIDv5 of the example of RFC 9562, A.4', () => {
  expect(uuidV5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('returns the UUIDv5 of any name', () => {
  for (const name of ['', 'é€😀', 'x'.repeat(10_000), ...Array.from({ length: 200 }, () => randomUUID())])
    expect(uuidV5(DNS, name), name).toBe(v5(name, DNS));
});

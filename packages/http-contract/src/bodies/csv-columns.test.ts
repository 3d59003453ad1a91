import type { Event, JsonObject } from '@event-tracker/core';
import { expect, test } from 'vitest';
import { csvOf, eventColumn, payloadColumn } from './csv-columns.ts';

function rowOf(payload: JsonObject, ...path: readonly string[]): string {
  const event: Event = { id: 'x', event_type: 'y', timestamp: '2025-01-01T12:00:00Z', payload };
  return csvOf([payloadColumn('a', path)]).write(event);
}

test.each<[JsonObject, string]>([
  [{ a: { b: 'text' } }, 'text'],
  [{ a: { b: -1.5 } }, '-1.5'],
  [{ a: { b: true } }, 'true'],
  [{ a: { b: null } }, 'null'],
  [{ a: { b: { c: 1 } } }, '"{""c"":1}"'],
  [{ a: { b: [1, 2] } }, '"[1,2]"'],
  [{ a: [{ b: 1 }, { c: 2 }] }, '1'],
  [{ a: [{ b: 1 }, [{ b: 'x' }]] }, '"[1,""x""]"'],
  [{ a: { b: '=1+1' } }, "'=1+1"],
  [{ a: { b: 'x\ny' } }, '"x\ny"'],
  [{ a: 1 }, ''],
  [{}, ''],
])('writes %j at a.b as %j', (payload, expected) => {
  expect(rowOf(payload, 'a', 'b')).toBe(`${expected}\r\n`);
});

test('ignores inherited members', () => {
  expect(rowOf({}, 'constructor')).toBe('\r\n');
});

test('writes the titles, then the rows', () => {
  const { head, write } = csvOf([eventColumn('timestamp'), payloadColumn('payload."a,b"', ['a,b'])]);
  const event: Event = { id: 'x', event_type: 'y', timestamp: '2025-01-01T12:00:00Z', payload: { 'a,b': 1 } };
  expect(head + write(event)).toBe('timestamp,"payload.""a,b"""\r\n2025-01-01T12:00:00Z,1\r\n');
});

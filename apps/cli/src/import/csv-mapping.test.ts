import { describe, expect, test } from 'vitest';
import { findColumns, parseMapping, readCells } from './csv-mapping.ts';

const HEADER = ['kind', 'at', 'user', 'amount'];

function read(mapping: string, cells: readonly string[], header: readonly string[] = HEADER) {
  return readCells(cells, findColumns(header, parseMapping(mapping)));
}

describe('a mapping of columns', () => {
  test('creates nested members with the types that it names', () => {
    const mapping = 'event_type=kind,timestamp=at,payload.user.id:number=user,payload.raw=amount';
    expect(read(mapping, ['login', 'T', '7', '007'])).toEqual({
      value: { event_type: 'login', timestamp: 'T', payload: { user: { id: 7 }, raw: '007' } },
    });
  });

  test('reads booleans and JSON, and a whole payload as JSON', () => {
    expect(read('payload.a:boolean=kind,payload.b:json=at', ['true', '[1,null]', '', ''])).toEqual({
      value: { payload: { a: true, b: [1, null] } },
    });
    expect(read('payload=kind', ['{"a":1}', '', '', ''])).toEqual({ value: { payload: { a: 1 } } });
  });

  test('keeps empty text, and has no member for an empty cell of another type', () => {
    expect(read('id=at,payload.a=kind,payload.b:number=user', ['', '', '', ''])).toEqual({
      value: { payload: { a: '' } },
    });
  });

  test('allows commas and spaces in names of columns', () => {
    expect(read('payload.a=x, y,payload.b=z', ['1', '2'], ['x, y', 'z'])).toEqual({
      value: { payload: { a: '1', b: '2' } },
    });
  });

  test('creates a member with the name __proto__', () => {
    expect(JSON.stringify(read('payload.__proto__.a=kind', ['1', '', '', '']))).toBe(
      '{"value":{"payload":{"__proto__":{"a":"1"}}}}',
    );
  });

  test('uses the names of the columns by default', () => {
    const header = ['event_type', 'payload.user:number'];
    expect(readCells(['login', '7'], findColumns(header, []))).toEqual({
      value: { event_type: 'login', payload: { user: 7 } },
    });
  });

  test.each([
    ['payload.a:number=kind', 'payload.a: expected a number'],
    ['payload.a:boolean=kind', 'payload.a: expected true or false'],
    ['payload.a:json=kind', 'payload.a: expected JSON'],
  ])('refuses the cell of %s', (mapping, problem) => {
    expect(read(mapping, ['0x10', '', '', ''])).toEqual({ problem });
  });

  test.each([
    ['kind', /--map kind: expected MEMBER=COLUMN/],
    ['type=kind', /^type: expected id, event_type/],
    ['payload.a:date=kind', /^payload\.a:date: expected id/],
    ['event_type=missing', /expected one column missing; the columns are kind, at, user, amount/],
    ['payload.a=kind,payload.a=at', /payload\.a is mapped twice/],
    ['payload.a=kind,payload.a.b=at', /payload\.a is mapped twice/],
  ])('refuses the mapping %s', (mapping, message) => {
    expect(() => read(mapping, [])).toThrow(message);
  });

  test('refuses a column whose name is no member', () => {
    expect(() => findColumns(HEADER, [])).toThrow(/kind is not the name of a member; write --map/);
  });
});

import { describe, expect, test } from 'vitest';
import { createTable } from './table.ts';

describe('createTable', () => {
  test('aligns columns, with the header once', () => {
    const format = createTable(['TYPE', 'COUNT']);
    expect(format([['login', '2']])).toBe('TYPE   COUNT\nlogin  2\n');
    expect(format([['a', '10']])).toBe('a      10\n');
  });

  test('widens a column for longer cells, and never shortens a cell', () => {
    const format = createTable(['TYPE', 'COUNT']);
    format([['a', '1']]);
    expect(
      format([
        ['order.paid', '1'],
        ['é', '2'],
      ]),
    ).toBe('order.paid  1\né           2\n');
  });

  test('aligns numbers to the right', () => {
    const format = createTable(['TYPE', 'COUNT', 'VALUE'], ['COUNT', 'VALUE']);
    const rows = [
      ['login', '7', '1.5'],
      ['a', '10000', '123456'],
    ];
    expect(format(rows)).toBe('TYPE   COUNT   VALUE\nlogin      7     1.5\na      10000  123456\n');
  });

  test('shows the header alone if there are no rows', () => {
    expect(createTable(['TYPE', 'COUNT'])([])).toBe('TYPE  COUNT\n');
  });

  test.each([
    ['\u001b[31m', '\\u001b[31m'],
    ['\u009b31m', '\\u009b31m'],
    ['a\u202eb', 'a\\u202eb'],
    ['a\nb', 'a\\u000ab'],
  ])('shows %j as text, which a terminal would obey', (cell, shown) => {
    expect(createTable(['A'])([[cell]])).toBe(`A\n${shown}\n`);
  });
});

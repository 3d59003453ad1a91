import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Key, parseKeys } from './parse-keys.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const [ONE, OTHER] = [sha256('one'), sha256('other')];

function parse(...lines: readonly string[]): readonly Key[] {
  return parseKeys([{ setting: 'FILE', unit: 'line', lines }]);
}

describe('a line of keys', () => {
  test('has a name, scopes and the hash of a key', () => {
    expect(parse(`ci read,write ${ONE}`)).toEqual([
      { name: 'ci', scopes: new Set(['read', 'write']), hash: Buffer.from(ONE, 'hex') },
    ]);
  });

  test('can have white space around its words, hashes in upper case, and CRLF', () => {
    expect(parse(`  ci \t read  ${ONE.toUpperCase()}\r`)).toEqual(parse(`ci read ${ONE}`));
  });

  test('with admin has all scopes', () => {
    expect(parse(`boss admin ${ONE}`)[0]?.scopes).toEqual(new Set(['read', 'write', 'admin']));
  });

  test('can be blank or a comment', () => {
    expect(parse('# our keys', '', `ci read ${ONE}`, '  # the old one:', ' \t')).toHaveLength(1);
  });

  test('can have the name of another key, which it replaces', () => {
    expect(parse(`ci read ${ONE}`, `ci write ${OTHER}`).map(({ name }) => name)).toEqual(['ci', 'ci']);
  });

  test.each([
    ['ci', 'expected NAME SCOPE[,SCOPE] SHA256HEX'],
    [`ci ${ONE}`, 'expected NAME SCOPE[,SCOPE] SHA256HEX'],
    [`ci read, write ${ONE}`, 'expected NAME SCOPE[,SCOPE] SHA256HEX'],
    [`ci read ${ONE} # the old one`, 'expected NAME SCOPE[,SCOPE] SHA256HEX'],
    [`c:i read ${ONE}`, 'expected a name of 1 to 64 letters, digits, dots, hyphens and underscores'],
    [`${'x'.repeat(65)} read ${ONE}`, 'expected a name of 1 to 64 letters, digits, dots, hyphens and underscores'],
    [`ci Read ${ONE}`, 'expected scopes of read, write and admin, with commas between them'],
    [`ci read,,write ${ONE}`, 'expected scopes of read, write and admin, with commas between them'],
    [`ci open ${ONE}`, 'expected scopes of read, write and admin, with commas between them'],
    ['ci read etk_the-key-itself', 'expected the SHA-256 of the key as 64 hexadecimal digits'],
    [`ci read ${ONE}0`, 'expected the SHA-256 of the key as 64 hexadecimal digits'],
  ])('is rejected with its number, without its text: %s', (line, complaint) => {
    expect(() => parse('# first', `ok read ${OTHER}`, line)).toThrow(new Error(`FILE: line 3: ${complaint}`));
  });
});

describe('lists of keys', () => {
  const setting = { setting: 'SETTING', unit: 'entry', lines: [`a read ${ONE}`] } as const;

  test('are combined', () => {
    const keys = parseKeys([setting, { setting: 'FILE', unit: 'line', lines: [`b read ${OTHER}`] }]);
    expect(keys.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('must not have a key twice', () => {
    const file = { setting: 'FILE', unit: 'line', lines: ['', `b write ${ONE.toUpperCase()}`] } as const;
    expect(() => parseKeys([setting, file])).toThrow(new Error('FILE: line 2: this key is listed already'));
  });

  test.each([[['']], [['# none']], [[' ', '']]])('must have a key: %j', (lines) => {
    const file = { setting: 'FILE', unit: 'line', lines } as const;
    expect(() => parseKeys([setting, file])).toThrow(new Error('FILE: expected at least one key'));
  });
});

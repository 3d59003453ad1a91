import { describe, expect, test } from 'vitest';
import { findEngine } from '../../test/engine.ts';
import { text, texts } from './literal.ts';

const engine = await findEngine();

const TEXTS = [
  '',
  ' ',
  `'; DROP TABLE events; --`,
  '\\',
  "\\'",
  '\\n\\x41\\u0041',
  '\0',
  '\t\n\r\b\f\u0001\u007f',
  '`"$1 {x:String} ?',
  '/* -- #',
  '\u{1f600}\uffff\u2028é',
  'x'.repeat(100_000),
];

describe.skipIf(!engine)('a text literal', () => {
  test('evaluates to the text', async () => {
    const query = `SELECT arrayMap(x -> hex(x), [${TEXTS.map(text).join(', ')}]) AS found`;
    const [row] = (await engine?.query<{ found: readonly string[] }>(query)) ?? [];
    expect(row?.found.map((hex) => Buffer.from(hex, 'hex').toString())).toEqual(TEXTS);
  });

  test('evaluates to the text in an array', async () => {
    const [row] = (await engine?.query(`SELECT ${texts([])} AS none, ${texts(['a', "'"])} AS two`)) ?? [];
    expect(row).toEqual({ none: [], two: ['a', "'"] });
  });
});

import { describe, expect, test } from 'vitest';
import { parseJsonText } from './parse-json-text.ts';

const remembered: unknown[] = [];

/**
 * Makes the engine cache an object with two names: a unique one, and one spelled like the beginning of another, escaped name.
 * The engine may confuse the two in the next object that begins with the unique name.
 *
 * @returns the unique name
 */
function mislead(name: string): string {
  const first = `first${remembered.length}`;
  const spelling = JSON.stringify(name).slice(1, name.length + 1);
  remembered.push(JSON.parse(`{"${first}":0,${JSON.stringify(spelling)}:0}`));
  return first;
}

/** Returns the names of an object in order, without JSON, which is under test. */
function namesOf(value: unknown): string[] {
  return Object.keys(value as object);
}

describe('JSON text', () => {
  test.each(['\n', '"', '\t', '\u0001', '\n\n', 'a"', '\\', '\\n', '\\"', '\ud800', '"\\"', 'a\nb', '\u2028', ''])(
    'keeps the name %j',
    (name) => {
      const written = JSON.stringify(name);
      expect(namesOf(parseJsonText(`{${written}:1}`))).toEqual([name]);
      const first = mislead(name);
      expect(namesOf(parseJsonText(`{"${first}":1, ${written} :2,"z":"\\n"}`))).toEqual([first, name, 'z']);
      const nested = parseJsonText(`[0,{"payload":{"${first}":1,${written}:[]}}]`) as [0, { payload: object }];
      expect(namesOf(nested[1].payload)).toEqual([first, name]);
    },
  );

  test.each<[string, unknown]>([
    ['null', null],
    ['"\\n"', '\n'],
    [
      ' [1, "x:\\"\\n\\":", {"a\\\\":"\\\\","b":["\\"",":"]}, true] ',
      [1, 'x:"\n":', { 'a\\': '\\', b: ['"', ':'] }, true],
    ],
    ['{"\\"":{"\\n":{"c":[{},[]]}},"a:\\n":"\\"a\\":"}', { '"': { '\n': { c: [{}, []] } }, 'a:\n': '"a":' }],
  ])('returns the same values as JSON.parse: %s', (text, value) => {
    expect(parseJsonText(text)).toEqual(value);
  });

  test('keeps the last of several members of one name, however each is escaped', () => {
    expect(parseJsonText('{"a":1,"\\u0061":2}')).toEqual({ a: 2 });
    expect(parseJsonText('{"\\u0061":1,"b":0,"a":2,"\\u0061":3,"a":4}')).toEqual({ a: 4, b: 0 });
    expect(parseJsonText('{"\\n":1,"\\u000a":2,"\\u000A":3}')).toEqual({ '\n': 3 });
    expect(parseJsonText('{"\\/":1,"/":2}')).toEqual({ '/': 2 });
  });

  test('keeps the order of members, those like integers first', () => {
    const parsed = parseJsonText('{"z":0,"\\"":1,"b":2,"\\n":3,"\\u0031":4,"a":5,"0":6}');
    expect(namesOf(parsed)).toEqual(['0', '1', 'z', '"', 'b', '\n', 'a']);
    expect(Object.values(parsed as object)).toEqual([6, 4, 0, 1, 2, 3, 5]);
  });

  test('keeps __proto__ as an ordinary member', () => {
    for (const text of ['{"__proto__":{"x":1},"\\n":2}', '{"\\u005f_proto__":{"x":1},"\\n":2}']) {
      const parsed = parseJsonText(text) as object;
      expect(namesOf(parsed)).toEqual(['__proto__', '\n']);
      expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    }
  });

  test.each(['', '{"\\n":}', '{"\\x":1}', '{"\n":1}', '["\\n":1]', '{"a\\":1}'])('rejects %j', (text) => {
    expect(() => parseJsonText(text)).toThrow(SyntaxError);
  });
});

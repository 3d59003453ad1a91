import { isRequestError } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { type Documents, splitArray, splitLines } from './split-documents.ts';

function textsOf(text: string, { starts, ends }: Documents): string[] {
  return starts.map((start, index) => text.slice(start, ends[index]));
}

describe('NDJSON', () => {
  test.each<[string, string[], number[]]>([
    ['', [], []],
    ['\n \r\n\t\n', [], []],
    ['1', ['1'], [1]],
    ['1\n', ['1'], [1]],
    ['1\n2', ['1', '2'], [1, 2]],
    ['1\r\n2\r\n', ['1\r', '2\r'], [1, 2]],
    ['\n\n{"a":1}\n\n  \n[2]\n', ['{"a":1}', '[2]'], [3, 6]],
    ['1\r2', ['1\r2'], [1]],
  ])('%j has a document on each line, without blank lines', async (text, texts, lines) => {
    const documents = await splitLines(text);
    expect(textsOf(text, documents)).toEqual(texts);
    expect(documents.lines).toEqual(lines);
  });
});

describe('an array', () => {
  test.each([
    '[]',
    ' [ ] ',
    '[1]',
    '[1,2]',
    ' [ 1 , "a,b" , {"c":[1,2],"d":"]}"} , [[],[3]] ] \n',
    '["\\"",",\\\\",""]',
    '["\\\\","]"]',
  ])('%j is split into its elements', async (text) => {
    const texts = textsOf(text, await splitArray(text));
    expect(texts.map((element) => JSON.parse(element) as unknown)).toEqual(JSON.parse(text));
  });

  test('of many elements is split into them', async () => {
    const elements = Array.from({ length: 20_000 }, (_, i) => JSON.stringify({ i, text: `${i},"[{` }));
    const text = `[${elements.join(',')}]`;
    expect(textsOf(text, await splitArray(text))).toEqual(elements);
  });

  test('keeps empty elements, which are not JSON', async () => {
    expect(textsOf('[,]', await splitArray('[,]'))).toEqual(['', '']);
    expect(textsOf('[1,]', await splitArray('[1,]'))).toEqual(['1', '']);
  });

  test.each([
    ['[', 'not JSON: the array has no end'],
    ['[1,2', 'not JSON: the array has no end'],
    ['["]', 'not JSON: the array has no end'],
    ['["\\"]', 'not JSON: the array has no end'],
    ['[1}', 'not JSON at character 2'],
    ['[]]', 'not JSON at character 2: something follows the array'],
    ['[] []', 'not JSON at character 2: something follows the array'],
    ['['.repeat(65), 'nested deeper than 64 levels'],
    [`[1,${'{"a":'.repeat(64)}`, 'nested deeper than 64 levels'],
  ])('%j is refused', async (text, message) => {
    const error: unknown = await splitArray(text).catch((refusal: unknown) => refusal);
    expect(isRequestError(error) && [error.code, error.message]).toEqual(['malformed_json', message]);
  });

  test('yields to other work while a long one is split', async () => {
    const text = `[${'1,'.repeat(4_000_000)}1]`;
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect((await splitArray(text)).starts).toHaveLength(4_000_001);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(3);
  });
});

import { expect, test } from 'vitest';
import { formatSchema } from './format-schema.ts';

test('writes short lists on one line', () => {
  const text = `{
  "type": ["null", "object"],
  "properties": {
    "a\\"b": {
      "enum": ["[ x,\\ny ]", null]
    }
  }
}`;
  expect(formatSchema(JSON.parse(text))).toBe(text);
});

test('writes each value of a long list on its line', () => {
  const required = Array.from({ length: 20 }, (_, n) => `member_${n}`);
  const text = formatSchema({ required });
  expect(text.split('\n')).toHaveLength(24);
  expect(JSON.parse(text)).toEqual({ required });
});

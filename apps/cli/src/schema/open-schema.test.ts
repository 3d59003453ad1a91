import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { isUsageError } from '../command-line/usage-error.ts';
import { openSchema } from './open-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-open-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

function save(name: string, schema: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof schema === 'string' ? schema : JSON.stringify(schema));
  return path;
}

describe('openSchema', () => {
  test.each<[string, string | undefined, string]>([
    ['login.json', undefined, 'login'],
    ['order.*.json', undefined, 'order.*'],
    ['*.json', undefined, '*'],
    ['draft.txt', 'order.paid', 'order.paid'],
  ])('opens %s for the type %s', async (name, eventType, expected) => {
    const schema = await openSchema(save(name, true), eventType);
    expect([schema.file, schema.eventType]).toEqual([name, expected]);
    schema.close();
  });

  test.each<[string, string, unknown, string | undefined, RegExp]>([
    ['a file that is not JSON', 'a.json', '{', undefined, /^a\.json: not JSON: /],
    [
      'an unknown keyword',
      'a.json',
      { typ: 'object' },
      undefined,
      /^a\.json: \/typ: unknown keyword, did you mean type/,
    ],
    ['a pattern with lookahead', 'a.json', { pattern: '(?=a)' }, undefined, /lookahead, .* not supported/],
    ['a file name without a type', 'a.txt', true, undefined, /^a\.txt: expected a file named like an event type/],
    ['a file name of quarantined events', 'quarantine.a.json', true, undefined, /expected a file named like/],
    ['quarantined events', 'a.json', true, 'quarantine.*', /^"quarantine\.\*": .* quarantined events have no schema/],
    ['an empty type', 'a.json', true, '', /^"": expected an event type/],
    [
      'a star inside of a type',
      'a.json',
      true,
      'a*b',
      /^"a\*b": expected an event type, or a prefix such as order\.\*/,
    ],
  ])('refuses %s', async (_, name, schema, eventType, message) => {
    const error: unknown = await openSchema(save(name, schema), eventType).catch((reason: unknown) => reason);
    if (!isUsageError(error)) expect.fail(String(error));
    expect(error.message).toMatch(message);
  });

  test('refuses what it cannot read', async () => {
    const none = join(folder, 'none.json');
    await expect(openSchema(none, undefined)).rejects.toThrow(`${none}: cannot be read (ENOENT)`);
    await expect(openSchema(folder, undefined)).rejects.toThrow(`${folder}: cannot be read (EISDIR)`);
  });
});

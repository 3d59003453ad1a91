import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSchemas } from './schema-registry.ts';

const root = mkdtempSync(join(tmpdir(), 'event-tracker-registry-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Creates a folder with files, and returns its path. */
function folderOf(name: string, files: Record<string, string>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

test('there are no schemas without the setting', async () => {
  expect(await openSchemas({ schemas: undefined, schemasRequired: false })).toBeUndefined();
});

test('event types without a schema are accepted, unless schemas are required', async () => {
  const schemas = folderOf('required', { 'login.json': '{"required":["a"]}' });
  const optional = await openSchemas({ schemas, schemasRequired: false });
  const required = await openSchemas({ schemas, schemasRequired: true });
  expect(await optional?.check('logout', {})).toBeUndefined();
  expect(await required?.check('logout', {})).toMatchObject({
    mode: 'enforce',
    problems: [{ pointer: '/event_type', code: 'schema_violation', keyword: 'SCHEMAS_REQUIRED' }],
  });
  expect(await required?.check('login', { a: 1 })).toBeUndefined();
  expect(await required?.check('login', {})).toMatchObject({ problems: [{ schema: 'login.json' }] });
});

test('reloads that overlap end with the newest files', async () => {
  const schemas = folderOf('reloaded', {});
  const registry = await openSchemas({ schemas, schemasRequired: false });
  const reloads = ['a', 'b', 'c'].map((name) => {
    writeFileSync(join(schemas, `${name}.json`), '{}');
    return registry?.reload();
  });
  await Promise.all(reloads);
  expect(registry?.list().map(({ eventType }) => eventType)).toEqual(['a', 'b', 'c']);
});

test.each<[string, Record<string, string>, string]>([
  ['a file that is no schema', { 'a.json': '{' }, 'a.json: not JSON: '],
  ['a file with another name', { 'README.md': '' }, 'README.md: expected a file named like an event type'],
])('%s is reported with the setting', async (name, files, message) => {
  const schemas = folderOf(name, files);
  await expect(openSchemas({ schemas, schemasRequired: false })).rejects.toThrow(`SCHEMAS=${schemas}: ${message}`);
});

test('a folder within the folder is reported', async () => {
  const schemas = folderOf('nested', {});
  mkdirSync(join(schemas, 'more.json'));
  await expect(openSchemas({ schemas, schemasRequired: false })).rejects.toThrow('more.json cannot be read (EISDIR)');
});

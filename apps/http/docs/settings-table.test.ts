import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { settingsOn, settingsTable } from './settings-table.ts';

test('docs/operate/settings.md has the table of the schema; `npm run docs` updates it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/operate/settings.md'), 'utf8');
  expect(settingsOn(page)).toBe(settingsTable());
});

test('every setting has one sentence with its meaning', () => {
  const meanings = settingsTable()
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | '));
  expect(meanings.length).toBeGreaterThan(20);
  for (const [name, , meaning] of meanings) expect(meaning, name).toMatch(/^[a-z][^|\n]{10,}[^.\s] \|$/);
});

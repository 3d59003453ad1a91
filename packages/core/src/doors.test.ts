import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PACKAGE = new URL('../', import.meta.url);
const { exports: DOORS, publishConfig } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as {
  exports: Record<string, Record<string, string>>;
  publishConfig: { exports: Record<string, Record<string, string>> };
};

/** Returns all names that an entry point exports, types included, from its source. */
function namesOf(door: string): string[] {
  const source = readFileSync(new URL(DOORS[door]?.['x-src'] ?? '', PACKAGE), 'utf8');
  const statements = source.split(';').map((statement) => statement.replaceAll(/^\s*\/\/.*$/gm, '').trim());
  return statements
    .filter((statement) => statement !== '')
    .flatMap((statement) => {
      const list = /^export (?:type )?\{([^}]*)\} from '[^']+'$/.exec(statement)?.[1];
      if (list === undefined) throw new Error(`${door}: expected a list of names, found ${statement}`);
      return list.split(',').map((name) => name.replace(/^\s*type /, '').trim());
    })
    .filter((name) => name !== '');
}

test('core has three entry points', () => {
  expect(Object.keys(DOORS)).toEqual(['.', './schemas', './store']);
});

test('the entry point for applications has fewer than 40 names', () => {
  expect(namesOf('.')).toContain('createEventTracker');
  expect(namesOf('.').length).toBeLessThan(40);
});

test('no name is exported twice', () => {
  const names = Object.keys(DOORS).flatMap(namesOf);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('the published package has the same entry points, without the source', () => {
  const published = Object.entries(DOORS).map(([door, { 'x-src': _, ...built }]) => [door, built]);
  expect(publishConfig.exports).toEqual(Object.fromEntries(published));
});

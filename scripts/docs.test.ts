import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

// What the documents name is there. That their commands do what they say is tested by apps/http/test/readme.test.ts.

const ROOT = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };

for (const document of globSync('{*.md,{packages,apps}/*/*.md}', { cwd: ROOT })) {
  const file = join(ROOT, document);
  const text = readFileSync(file, 'utf8');

  describe(document, () => {
    test('links to files and sections that are there', () => {
      const targets = matches(text, /\]\((?!https?:)([^)]+)\)/g);
      expect(targets.filter((target) => !isThere(target, file))).toEqual([]);
    });

    test('names files and folders that are there', () => {
      const paths = matches(text, /`((?:apps|packages|scripts)\/[\w./-]+|[\w.-]+\.(?:json|yaml|md|mjs))`/g);
      const missing = paths.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(dirname(file), path)));
      expect(missing.filter((path) => !path.includes('NAME'))).toEqual([]);
    });

    test('names scripts that are there', () => {
      const names = matches(text, /\bnpm (?:run )?(?=start|test|(?<=run ))([a-z:]+)/g);
      expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
    });
  });
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, match = '']) => match);
}

function isThere(target: string, from: string): boolean {
  const [path = '', section] = target.split('#');
  const file = path === '' ? from : resolve(dirname(from), path);
  return existsSync(file) && (section === undefined || sectionsOf(readFileSync(file, 'utf8')).includes(section));
}

/** The anchors of a document's headings, as GitHub makes them. */
function sectionsOf(text: string): readonly string[] {
  return matches(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, readDocument, readDocuments } from '../apps/http/test/support/documents.ts';

/*
 * Files, sections and scripts that the documents name must exist, and a test must run every command: commands.test.ts in
 * apps/http/test/documents runs `sh` blocks, snippets.test.ts next to it runs `ts` blocks, and RUN_BY lists the tests of all others.
 */

const { scripts, repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: object;
  repository: string;
};

/** Languages of blocks that a reader can run or copy. `json` and `text` blocks show the output of a command. */
const RUNNABLE = ['bash', 'js', 'sql', 'yaml', 'dockerfile'];

/** The test that runs such blocks of a document, or of one of its sections. */
const RUN_BY: Readonly<Record<string, string>> = {
  'docs/cli.md: Set up': 'apps/http/test/documents/commands.test.ts',
  'docs/follow.md: Poll with a file that keeps the link': 'apps/http/test/documents/commands.test.ts',
  'docs/move.md': 'apps/http/test/moving.test.ts',
  'docs/operate/backup.md': 'apps/http/test/backup.test.ts',
  'docs/operate/backup.md: ClickHouse': 'packages/adapters-clickhouse/test/backup.test.ts',
  'docs/operate/keys-and-limits.md': 'apps/http/test/documents/commands.test.ts',
  'docs/operate/monitoring.md: Metrics': 'apps/http/test/telemetry/monitoring.test.ts',
  'docs/operate/monitoring.md: Traces': 'apps/http/test/telemetry/tracing.test.ts',
  'docs/operate/runbook.md': 'apps/http/test/runbook.test.ts',
  'docs/operate/runbook.md: EventTrackerStoreSlow': 'packages/adapters-postgres/test/operating.test.ts',
  'docs/schemas.md': 'apps/http/test/documents/commands.test.ts',
  'packages/adapters-postgres/README.md: Roles': 'packages/adapters-postgres/test/operating.test.ts',
};

/** Blocks that no test can run, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'docs/cli.md: Forward': 'requires other servers; apps/cli/test/forward.test.ts forwards to some',
  'docs/cli.md: Keys and completion': 'changes the shell; apps/cli/test/completion.test.ts runs the script',
  'docs/cli.md: Serve': 'does not end; apps/cli/test/serve.test.ts starts and stops it',
  'docs/cli.md: Watch': 'does not end; apps/cli/test/commands.test.ts interrupts it',
  'docs/follow.md: Watch events in a terminal': 'does not end; apps/http/test/following/clients.test.ts runs curl -N',
  'docs/follow.md: Feed another system': 'requires Vector; apps/http/test/following/clients.test.ts has an EventSource',
  'docs/operate/deploy.md: In a container': 'requires a container engine',
  'docs/operate/deploy.md: Several servers': 'requires a container engine',
  'docs/operate/deploy.md: Without containers': 'requires root and a running systemd',
  'packages/adapters-clickhouse/README.md: Roles': 'the engine in process has no roles, as the section states',
};

const documents = readDocuments();
/** The tables of how events of other systems are translated. */
const mappings = globSync('packages/*/src/*/README.md', { cwd: ROOT }).map(readDocument);
const sourceFiles = new Set(
  globSync('{packages,apps}/*/{src,test}/**/*.ts', { cwd: ROOT }).map((path) => basename(path)),
);

describe.each([...documents, ...mappings])('$path', (document) => {
  const { path, text, blocks } = document;
  const folder = dirname(join(ROOT, path));

  test('links to files and sections that exist', () => {
    const targets = matches(text, /\]\((?!https?:)([^)]+)\)/g);
    expect(targets.filter((target) => !exists(target, path))).toEqual([]);
  });

  test('has absolute links into the repository that start with its address, to files that exist', () => {
    const targets = matches(text, /(https:\/\/[^\s)`]+)/g).filter((target) => target.includes('event-tracker'));
    const broken = targets.filter((target) => {
      if (target === repository) return false;
      const prefix = `${repository}/blob/main/`;
      return !target.startsWith(prefix) || !exists(`/${target.slice(prefix.length)}`);
    });
    expect(broken).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const paths = matches(text, /`((?:apps|packages|scripts|docs)\/[\w./-]+|[\w.-]+\.(?:json|yaml|md|mjs))`/g);
    const inBlocks = blocks.flatMap((block) =>
      matches(block.text, /(?<![\w./-])((?:apps|packages|scripts)\/[\w./-]+)/g),
    );
    const missing = [...paths, ...inBlocks].filter(
      (name) => !existsSync(join(ROOT, name)) && !existsSync(join(folder, name)),
    );
    const invented = ['login.json']; // an example of a schema
    expect(missing.filter((name) => !name.includes('NAME') && !invented.includes(name))).toEqual([]);
  });

  test('names source files that exist', () => {
    const names = matches(text, /`([\w-]+(?:\.test(?:-d)?)?\.ts)`/g);
    const invented = /^(?:x|NAME)[.-]/; // placeholders
    expect(names.filter((name) => !invented.test(name) && !sourceFiles.has(name))).toEqual([]);
  });

  test('names scripts that exist', () => {
    const names = matches(text, /\bnpm (?:run (?:--silent )?)?(?=start|test|(?<=run (?:--silent )?))([a-z:]+)/g);
    expect(names.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('has no block that no test runs', () => {
    const unknown = blocks.filter(({ language, section }) => {
      if (!RUNNABLE.includes(language)) return !['sh', 'ts', 'json', 'text', 'console'].includes(language);
      return testOf(path, section) === undefined && NOT_RUN[`${path}: ${section}`] === undefined;
    });
    expect(unknown.map(({ language, section }) => `${section}: ${language}`)).toEqual([]);
  });
});

test('each test that runs a document reads that document', () => {
  for (const [place, file] of Object.entries(RUN_BY)) {
    const [path = ''] = place.split(':');
    expect(readFileSync(join(ROOT, file), 'utf8'), file).toMatch(
      new RegExp(`${path.replace(/^packages\/[^/]+\//, '')}'`),
    );
  }
});

test('names tests that exist as the reason why no test runs a block', () => {
  const named = Object.values(NOT_RUN).flatMap((reason) => matches(reason, /(\S+\.test\.ts)/g));
  expect(named).not.toEqual([]);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('lists only sections that have such blocks', () => {
  const places = documents.flatMap(({ path, blocks }) =>
    blocks.flatMap(({ language, section }) => (RUNNABLE.includes(language) ? [path, `${path}: ${section}`] : [])),
  );
  expect([...Object.keys(RUN_BY), ...Object.keys(NOT_RUN)].filter((place) => !places.includes(place))).toEqual([]);
});

describe.each(documents.filter(({ path }) => path.startsWith('packages/')))(
  '$path, outside the repository',
  (document) => {
    const { name } = JSON.parse(readFileSync(join(ROOT, dirname(document.path), 'package.json'), 'utf8')) as {
      name: string;
    };

    test('has no relative links', () => {
      expect(matches(document.text, /\]\((?!https?:|#)([^)]+)\)/g)).toEqual([]);
    });

    test('installs the package and all packages that its snippets import', () => {
      const [install = ''] = document.blocks.flatMap(({ language, text }) => (language === 'console' ? [text] : []));
      expect(install).toMatch(/^npm install /);
      const snippets = document.blocks.filter(({ language }) => language === 'ts');
      const imported = snippets.flatMap(({ text }) => matches(text, / from '(@[^']+)'/g));
      const installed = install.trim().split(' ').slice(2);
      expect([name, ...imported].filter((one) => !installed.includes(one))).toEqual([]);
    });
  },
);

test('other files name documents and sections that exist', () => {
  const files = globSync('{*.yaml,Dockerfile,{apps,packages,scripts}/**/*.{ts,mjs,yaml,cfg,service}}', {
    cwd: ROOT,
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.test.ts'],
  });
  const named = files.flatMap((path) =>
    matches(readFileSync(join(ROOT, path), 'utf8'), /\b((?:docs|apps|packages)\/[\w./-]+\.md(?:#[\w-]+)?)/g),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((target) => !exists(`/${target}`))).toEqual([]);
});

test('README and CONTRIBUTING are short', () => {
  const linesOf = (path: string): number => readDocument(path).text.trimEnd().split('\n').length;
  expect(linesOf('README.md')).toBeLessThanOrEqual(150);
  expect(linesOf('CONTRIBUTING.md')).toBeLessThanOrEqual(120);
});

test('documents name the sizes of installations that the installation itself prints', () => {
  const setup = readFileSync(join(ROOT, 'scripts/setup.mjs'), 'utf8');
  const printed = matches(setup, / size: '([\d.]+ [MG]B)'/g);
  const [server = '', tests = '', all = ''] = printed;
  expect(printed).toHaveLength(3);
  expect(readDocument('README.md').text).toContain(`${server} for the server, ${tests} for the tests`);
  expect(readDocument('CONTRIBUTING.md').text).toContain(`\`npm run setup\` installs everything (${all}, once)`);
  expect(readDocument('docs/operate/deploy.md').text).toContain(`what the server requires (${server},`);
});

test('every document in docs is linked from another one', () => {
  const linked = documents.flatMap(({ path, text }) =>
    matches(text, /\]\((?!https?:|#)([^)#]+)/g).map((target) => relative(ROOT, resolve(ROOT, dirname(path), target))),
  );
  const lonely = documents.filter(({ path }) => path.startsWith('docs/') && !linked.includes(path));
  expect(lonely.map(({ path }) => path)).toEqual([]);
});

function testOf(path: string, section: string): string | undefined {
  return RUN_BY[`${path}: ${section}`] ?? RUN_BY[path];
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, match = '']) => match);
}

/** @param target of a link: relative to a document, or to the repository if it starts with a slash */
function exists(target: string, from = ''): boolean {
  const [path = '', section] = target.split('#');
  const file = path.startsWith('/')
    ? join(ROOT, path)
    : path === ''
      ? join(ROOT, from)
      : resolve(ROOT, dirname(from), path);
  return existsSync(file) && (section === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(section));
}

/** The anchors of a document's headings, as GitHub creates them. */
function anchorsOf(text: string): readonly string[] {
  return matches(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

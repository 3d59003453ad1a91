import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import config from '../.dependency-cruiser.mjs';
import { checkBoundaries, findUnreadFiles } from './boundaries.ts';

type Files = Record<string, string>;

const CONFORMANCE_TEST = `
import { describeEventStore } from '@event-tracker/event-store-conformance';
import { createStore } from './index.ts';
describeEventStore('one', createStore);
`;

/** A small workspace without violations. */
const VALID: Files = {
  'packages/core/src/index.ts': "import 'valibot';\nexport { order } from './order.ts';",
  'packages/core/src/order.ts': 'export const order = 1;',
  'packages/core/src/order.test.ts': "import 'vitest';\nimport 'node:fs';\nimport './order.ts';",
  'packages/http-contract/src/index.ts': "import '@event-tracker/core';\nimport 'valibot';",
  'packages/http-contract/src/openapi/index.ts': "import '@valibot/to-json-schema';",
  'packages/event-formats/src/index.ts': "import '@event-tracker/core';",
  'packages/event-store-conformance/src/index.ts': "import '@event-tracker/core';\nexport * from 'vitest';",
  'packages/json-schema/src/index.ts': "import '@event-tracker/core';",
  'packages/adapters-one/src/index.ts': "import '@event-tracker/core';\nimport 'driver';\nimport 'node:fs';",
  'packages/adapters-one/src/one.test.ts': CONFORMANCE_TEST,
  'packages/adapters-two/src/index.ts': "import '@event-tracker/core';",
  'packages/adapters-two/src/two.test.ts': CONFORMANCE_TEST,
  'apps/http/src/main.ts':
    "import '@event-tracker/core';\nimport '@event-tracker/adapters-one';\nimport './app/app.ts';",
  'apps/http/src/app/app.ts': "import 'hono';",
};

/** For each rule, the files that are added to that workspace to violate it. */
const VIOLATIONS: Record<string, Files> = {
  'core-is-pure': { 'packages/core/src/order.ts': "import 'node:fs';" },
  'contract-is-pure': { 'packages/http-contract/src/index.ts': "import 'node:fs';" },
  'contract-without-openapi': { 'packages/http-contract/src/index.ts': "import './openapi/index.ts';" },
  'formats-are-pure': { 'packages/event-formats/src/index.ts': "import 'node:fs';" },
  'client-is-portable': { 'packages/client/src/index.ts': "import 'node:fs';" },
  'cli-uses-the-client': { 'apps/cli/src/main.ts': "import '@event-tracker/http-contract';" },
  'page-uses-the-client': { 'apps/page/src/main.tsx': "import '@event-tracker/http-contract';" },
  'client-in-browsers': { 'packages/client/src/browser/index.ts': "import 'node:fs';" },
  'core-tests-know-no-adapter': { 'packages/core/src/order.test.ts': "import '@event-tracker/adapters-one';" },
  'conformance-knows-only-core': { 'packages/event-store-conformance/src/index.ts': "import 'driver';" },
  'adapters-stand-alone': { 'packages/adapters-two/src/index.ts': "import '@event-tracker/adapters-one';" },
  'json-schema-knows-only-core': { 'packages/json-schema/src/index.ts': "import '@event-tracker/adapters-one';" },
  'conformance-is-for-tests': {
    'packages/adapters-one/src/index.ts': "import '@event-tracker/event-store-conformance';",
  },
  'nothing-imports-an-app': { 'packages/adapters-one/src/index.ts': "import '../../../apps/http/src/app/app.ts';" },
  'serve-starts-the-server': {
    'apps/cli/src/commands/serve.ts': "import '../../../http/src/app/app.ts';",
  },
  'only-the-index': { 'apps/http/src/app/app.ts': "import '../../../../packages/core/src/order.ts';" },
  'no-circular': { 'apps/http/src/app/app.ts': "import type {} from '../main.ts';" },
  'no-circular-folders': {
    'packages/core/src/query/filter.ts': "import '../event/event.ts';",
    'packages/core/src/event/event.ts': "import '../event/id.ts';",
    'packages/core/src/event/id.ts': "import '../query/limit.ts';",
    'packages/core/src/query/limit.ts': 'export const limit = 1;',
  },
  'http-imports-downwards': { 'apps/http/src/server/listen.ts': "import '../app/app.ts';" },
  'http-folders-are-known': {
    'apps/http/src/main.ts': "import './utils/text.ts';",
    'apps/http/src/utils/text.ts': 'export const text = 1;',
  },
  'no-test-in-source': { 'packages/adapters-one/src/index.ts': "import './one.test.ts';" },
  'no-orphan': { 'apps/http/src/app/forgotten.ts': 'export const forgotten = 1;' },
  'no-unresolvable': { 'apps/http/src/app/app.ts': "import './no-such-file.ts';" },
  'no-undeclared-dependency': { 'packages/adapters-two/src/index.ts': "import 'driver';" },
  'adapters-are-tested': { 'packages/adapters-two/src/two.test.ts': "import './index.ts';\n// describeEventStore()" },
};

const DECLARED: Record<string, string[]> = {
  'packages/core': ['valibot'],
  'packages/http-contract': ['valibot', '@valibot/to-json-schema'],
  'packages/event-formats': [],
  'packages/event-store-conformance': ['vitest', 'driver'],
  'packages/json-schema': [],
  'packages/adapters-one': ['driver'],
  'packages/adapters-two': [],
  'apps/http': ['hono'],
};

describe('checkBoundaries', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'boundaries-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('reports no problem in a workspace without violations', async () => {
    writeWorkspace(root, VALID);
    expect(await checkBoundaries(root)).toMatchObject({ problems: [] });
  });

  test.each(Object.entries(VIOLATIONS))('reports a violation of %s', async (rule, files) => {
    writeWorkspace(root, { ...VALID, ...files });
    const { problems } = await checkBoundaries(root);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
  });

  test('has a violation for each rule', () => {
    expect(Object.keys(VIOLATIONS)).toEqual(expect.arrayContaining(config.forbidden.map(({ name }) => name)));
  });

  test('reports files that dependency-cruiser did not read', () => {
    writeWorkspace(root, VALID);
    expect(
      findUnreadFiles(root, [])
        .map(({ where }) => where)
        .sort(),
    ).toEqual(Object.keys(VALID).sort());
  });
});

function writeWorkspace(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) write(root, path, text);
  for (const [folder, dependencies] of Object.entries(DECLARED)) {
    const name = `@event-tracker/${folder.split('/')[1]}`;
    const versions = Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0']));
    write(root, `${folder}/package.json`, JSON.stringify({ name, exports: './src/index.ts', dependencies: versions }));
    mkdirSync(join(root, 'node_modules/@event-tracker'), { recursive: true });
    symlinkSync(join(root, folder), join(root, 'node_modules', name));
  }
  for (const name of new Set(Object.values(DECLARED).flat())) {
    write(root, `node_modules/${name}/package.json`, JSON.stringify({ name, exports: './index.js' }));
    write(root, `node_modules/${name}/index.js`, '');
  }
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

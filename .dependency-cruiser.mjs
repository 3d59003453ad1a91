// The module boundaries. scripts/boundaries.ts checks them; scripts/boundaries.test.ts shows that each rule can fail.

// Tests have the name of a test, or are in the folder test/ of a package.
export const TEST = '\\.(test|test-d)\\.ts$|^(packages|apps)/[^/]+/test/';

// The folders of the server. Each can import the folders after it.
const HTTP_FOLDERS = [
  'process',
  'settings',
  'stores',
  'app',
  'server',
  'body',
  'response',
  'auth',
  'rate-limit',
  'schemas',
  'request',
  'connection',
  'telemetry',
];

/**
 * @param {string} folder
 * @param {number} index
 * @returns {import('dependency-cruiser').IForbiddenRuleType & { name: string }}
 */
function httpImportsDownwards(folder, index) {
  return {
    name: 'http-imports-downwards',
    comment: `A folder of the server imports only folders after it, in this order: main.ts, ${HTTP_FOLDERS.join(', ')}.`,
    severity: 'error',
    from: { path: `^apps/http/src/${folder}/`, pathNot: TEST },
    to: {
      path: ['^apps/http/src/[^/]+$', ...HTTP_FOLDERS.slice(0, index).map((above) => `^apps/http/src/${above}/`)],
    },
  };
}

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core imports only valibot, so that it runs anywhere and does not depend on storage or HTTP.',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: TEST },
      to: { pathNot: ['^packages/core/', 'node_modules/valibot/'] },
    },
    {
      name: 'contract-is-pure',
      comment:
        'http-contract imports only core and valibot, so that clients and browsers can use it; its OpenAPI document also imports the JSON Schema of valibot.',
      severity: 'error',
      from: { path: '^packages/http-contract/', pathNot: TEST },
      to: {
        pathNot: ['^packages/(http-contract|core)/', 'node_modules/valibot/', 'node_modules/@valibot/to-json-schema/'],
      },
    },
    {
      name: 'contract-without-openapi',
      comment: 'A client of the contract does not load its OpenAPI document.',
      severity: 'error',
      from: { path: '^packages/http-contract/src/', pathNot: [TEST, '^packages/http-contract/src/openapi/'] },
      to: { path: ['^packages/http-contract/src/openapi/', 'node_modules/@valibot/to-json-schema/'] },
    },
    {
      name: 'formats-are-pure',
      comment:
        'event-formats imports core and the protobuf runtime alone, so that it runs anywhere and a format never depends on HTTP.',
      severity: 'error',
      from: { path: '^packages/event-formats/', pathNot: TEST },
      to: { pathNot: ['^packages/(event-formats|core)/', 'node_modules/@bufbuild/protobuf/'] },
    },
    {
      name: 'client-is-portable',
      comment:
        'client imports core and http-contract alone, so that it runs in every runtime and stays small. Only its doors for browsers and for pino import more, which the main door does not load.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: [TEST, '^packages/client/src/(browser|pino)/'] },
      to: { path: ['^(?!packages/(client|http-contract|core)/)', '^packages/client/src/(browser|pino)/'] },
    },
    {
      name: 'client-in-browsers',
      comment: 'The door for browsers imports idb-keyval in addition, and no module of Node.',
      severity: 'error',
      from: { path: '^packages/client/src/browser/', pathNot: TEST },
      to: { pathNot: ['^packages/(client|http-contract|core)/', 'node_modules/idb-keyval/'] },
    },
    {
      name: 'page-uses-the-client',
      comment: 'The page imports client and core alone, so that it can do only what the public API offers.',
      severity: 'error',
      from: { path: '^apps/page/src/', pathNot: TEST },
      to: { path: '^packages/', pathNot: '^packages/(client|core)/' },
    },
    {
      name: 'cli-uses-the-client',
      comment:
        'The terminal tool reaches a server through client alone, so that it can do only what the public API offers; core and json-schema parse and check.',
      severity: 'error',
      from: { path: '^apps/cli/src/', pathNot: TEST },
      to: { path: '^packages/', pathNot: '^packages/(client|core|json-schema)/' },
    },
    {
      name: 'core-tests-know-no-adapter',
      comment: 'The tests of core use a stub store, because an adapter would be a circle of packages.',
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'conformance-knows-only-core',
      comment:
        'The conformance suite imports only core, vitest and Node, because it tests every adapter in the same way.',
      severity: 'error',
      from: { path: '^packages/event-store-conformance/' },
      to: {
        pathNot: ['^packages/(event-store-conformance|core)/', 'node_modules/(vitest|@vitest)/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'adapters-stand-alone',
      comment:
        'An adapter imports core and its database client, never another adapter, so that each can be installed separately.',
      severity: 'error',
      from: { path: '^packages/(adapters-[^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1|core|event-store-conformance)/' },
    },
    {
      name: 'json-schema-knows-only-core',
      comment:
        'json-schema imports core and its libraries: the server and tools can use it, and no library of it reaches core.',
      severity: 'error',
      from: { path: '^packages/json-schema/' },
      to: { path: '^packages/', pathNot: '^packages/(json-schema|core)/' },
    },
    {
      name: 'conformance-is-for-tests',
      comment: 'Only tests import the conformance suite, because it depends on vitest.',
      severity: 'error',
      from: { pathNot: [TEST, '^packages/event-store-conformance/'] },
      to: { path: '^packages/event-store-conformance/' },
    },
    {
      name: 'nothing-imports-an-app',
      comment: 'Nothing imports an app, because an app is a composition root: shared code belongs in a package.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/', pathNot: '^apps/cli/src/commands/serve\\.ts$' },
      to: { path: '^apps/', pathNot: '^$1/$2/' },
    },
    {
      name: 'serve-starts-the-server',
      comment: 'Only the command serve of the terminal tool imports the server, by its index.ts, to start it.',
      severity: 'error',
      from: { path: '^apps/cli/src/commands/serve\\.ts$' },
      to: { path: '^apps/', pathNot: ['^apps/cli/', '^apps/http/src/index\\.ts$'] },
    },
    {
      name: 'only-the-index',
      comment:
        'Other packages import only the index.ts files of a package that its package.json exports, so that all other files can change.',
      severity: 'error',
      // Tests with hostile text share it, and one of them runs the parsers of several packages.
      from: { path: '^(packages|apps)/([^/]+)/', pathNot: '/test/(bad-input/)?hostile-[a-z]+\\.test\\.ts$' },
      to: {
        path: '^packages/',
        pathNot: ['^$1/$2/', '^packages/[^/]+/src/index\\.ts$', '^packages/[^/]+/src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'no-circular',
      comment:
        'A reader must know all modules of a circle to understand one of them. This applies to imports of types, too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circular-folders',
      comment: 'A reader must know all folders of a circle to understand one of them.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    ...HTTP_FOLDERS.map(httpImportsDownwards),
    {
      name: 'http-folders-are-known',
      comment:
        'apps/http/src contains only main.ts, index.ts and the folders that are listed in the order of http-imports-downwards.',
      severity: 'error',
      from: { path: '^apps/http/src/', pathNot: TEST },
      to: { path: '^apps/http/src/', pathNot: HTTP_FOLDERS.map((folder) => `^apps/http/src/${folder}/`) },
    },
    {
      name: 'no-test-in-source',
      comment: 'Only tests import tests, because tests are not published.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-orphan',
      comment: 'A source file without imports that no file imports is unused, or missing in an index.',
      severity: 'error',
      from: { orphan: true, path: '^(packages|apps)/', pathNot: TEST },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import of a file that does not exist fails at run time, and no other rule can check it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-dependency',
      comment:
        'A package declares every package that it imports; otherwise it fails when it is installed separately. Only tests use the tools of the root.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    // `npm test` does not install the dependencies of engines.
    doNotFollow: { path: ['node_modules', '^engines/'] },
    exclude: { path: ['^(packages|apps)/[^/]+/dist/', '^apps/[^/]+/site/'] },
    // Includes `import type`, which is also a dependency.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['x-src', 'import', 'node', 'default'],
    },
  },
};

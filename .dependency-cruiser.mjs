// The module boundaries. scripts/boundaries.ts applies them; scripts/boundaries.test.ts proves that each can fail.

// A test is known by its name, and all that lies in a package's test/ is there for tests alone.
export const TEST = '\\.(test|test-d)\\.ts$|^(packages|apps)/[^/]+/test/';

// The folders of the server, from the one that puts everything together to the one that only observes.
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
    comment: `In the server each folder imports only those after it: main.ts, ${HTTP_FOLDERS.join(', ')}.`,
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
      comment: 'core imports valibot alone, so that it runs anywhere and storage or HTTP never leak into the domain.',
      severity: 'error',
      from: { path: '^packages/core/', pathNot: TEST },
      to: { pathNot: ['^packages/core/', 'node_modules/valibot/'] },
    },
    {
      name: 'contract-is-pure',
      comment:
        'http-contract imports core and valibot alone, so that clients and browsers can use it; only its OpenAPI document also needs the JSON Schema of valibot.',
      severity: 'error',
      from: { path: '^packages/http-contract/', pathNot: TEST },
      to: {
        pathNot: ['^packages/(http-contract|core)/', 'node_modules/valibot/', 'node_modules/@valibot/to-json-schema/'],
      },
    },
    {
      name: 'contract-without-openapi',
      comment: 'A client of the contract does not load what describes it.',
      severity: 'error',
      from: { path: '^packages/http-contract/src/', pathNot: [TEST, '^packages/http-contract/src/openapi/'] },
      to: { path: ['^packages/http-contract/src/openapi/', 'node_modules/@valibot/to-json-schema/'] },
    },
    {
      name: 'formats-are-pure',
      comment: 'event-formats imports core alone, so that it runs anywhere and a format never depends on HTTP.',
      severity: 'error',
      from: { path: '^packages/event-formats/', pathNot: TEST },
      to: { pathNot: ['^packages/(event-formats|core)/'] },
    },
    {
      name: 'client-is-portable',
      comment:
        'client imports core and http-contract alone, so that it runs in every runtime and stays small in a browser.',
      severity: 'error',
      from: { path: '^packages/client/', pathNot: TEST },
      to: { pathNot: ['^packages/(client|http-contract|core)/'] },
    },
    {
      name: 'core-tests-know-no-adapter',
      comment: "core's tests use a stub store: an adapter there would be a cycle between packages.",
      severity: 'error',
      from: { path: '^packages/core/' },
      to: { path: '^packages/(?!core/)' },
    },
    {
      name: 'conformance-knows-only-core',
      comment: 'The conformance suite imports core, vitest and Node: it judges every adapter and so may know none.',
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
        'An adapter imports core and its own driver, never another adapter: each can be installed, or left out, alone.',
      severity: 'error',
      from: { path: '^packages/(adapters-[^/]+)/' },
      to: { path: '^packages/', pathNot: '^packages/($1|core|event-store-conformance)/' },
    },
    {
      name: 'conformance-is-for-tests',
      comment:
        'Only a test imports the conformance suite: it brings vitest along, which nobody wants in a running server.',
      severity: 'error',
      from: { pathNot: [TEST, '^packages/event-store-conformance/'] },
      to: { path: '^packages/event-store-conformance/' },
    },
    {
      name: 'nothing-imports-an-app',
      comment: 'An app is a composition root, the last link: whatever two places need belongs into a package.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^$1/$2/' },
    },
    {
      name: 'only-the-index',
      comment:
        'An index.ts, a door that the package.json names, is all that can be imported of another package: what is inside stays free to change.',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: {
        path: '^packages/',
        pathNot: ['^$1/$2/', '^packages/[^/]+/src/index\\.ts$', '^packages/[^/]+/src/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'no-circular',
      comment: 'A circle, also one of types alone, means that its modules can only be understood all at once.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-circular-folders',
      comment: 'A circle of folders means that a reader has to know all of them to understand one.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    ...HTTP_FOLDERS.map(httpImportsDownwards),
    {
      name: 'http-folders-are-known',
      comment: 'Next to main.ts there are only folders, and each has its place in the order of http-imports-downwards.',
      severity: 'error',
      from: { path: '^apps/http/src/', pathNot: TEST },
      to: { path: '^apps/http/src/', pathNot: HTTP_FOLDERS.map((folder) => `^apps/http/src/${folder}/`) },
    },
    {
      name: 'no-test-in-source',
      comment: 'A test is imported by nobody but a test: it does not ship.',
      severity: 'error',
      from: { pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'no-orphan',
      comment: 'A source file that neither imports nor is imported is dead, or was forgotten in an index.',
      severity: 'error',
      from: { orphan: true, path: '^(packages|apps)/', pathNot: TEST },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that leads nowhere fails only when it is run; and no rule above can judge it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-dependency',
      comment:
        'A package declares what it imports, or it breaks for whoever installs it alone. Only tests use the tools of the root.',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    // What an engine imports is not installed by `npm test`.
    doNotFollow: { path: ['node_modules', '^engines/'] },
    exclude: { path: '^(packages|apps)/[^/]+/dist/' },
    // Also sees `import type`, which leaves no trace at run time but couples all the same.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['x-src', 'import', 'node', 'default'],
    },
  },
};

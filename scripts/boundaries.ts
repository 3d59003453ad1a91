// Checks the module boundaries of .dependency-cruiser.mjs. Also checks that dependency-cruiser has read every file, because it
// reports no violation of a file that it cannot read.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import config, { TEST } from '../.dependency-cruiser.mjs';

const CONFORMANCE = 'packages/event-store-conformance/src/index.ts';

export interface BoundaryReport {
  /** The number of modules of the workspace. */
  modules: number;
  /** The number of imports between modules, and of packages. */
  imports: number;
  /** One for each import or module that violates a rule. */
  problems: BoundaryProblem[];
}

export interface BoundaryProblem {
  rule: string;
  where: string;
  why: string;
}

export async function checkBoundaries(root: string): Promise<BoundaryReport> {
  const { modules, summary } = await cruiseWorkspace(root, rulesFor('module'));
  // Without tests, which can import any folder.
  const folders = await cruiseWorkspace(root, rulesFor('folder'), { exclude: TEST, metrics: true });
  const comments = new Map(config.forbidden.map(({ name, comment }) => [name, comment]));
  const problems = [...summary.violations, ...folders.summary.violations].map(({ rule, from, to }) => ({
    rule: rule.name,
    where: from === to ? from : `${from} -> ${to}`,
    why: comments.get(rule.name) ?? '',
  }));
  return {
    modules: summary.totalCruised,
    imports: summary.totalDependenciesCruised ?? 0,
    problems: [...problems, ...findUnreadFiles(root, modules), ...findUntestedAdapters(root, modules)],
  };
}

const rulesFor = (scope: 'module' | 'folder') =>
  config.forbidden.filter((rule) => ('scope' in rule ? rule.scope : 'module') === scope);

async function cruiseWorkspace(
  root: string,
  forbidden: IForbiddenRuleType[],
  { exclude = '', metrics = false } = {},
): Promise<ICruiseResult> {
  const { options } = config;
  const { output } = await cruise(['packages', 'apps'], {
    ...options,
    exclude: { path: [...options.exclude.path, exclude].filter((path) => path !== '') },
    metrics,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser returned a text instead of a result');
  return output;
}

export function findUnreadFiles(root: string, modules: readonly { source: string }[]): BoundaryProblem[] {
  const read = new Set(modules.map(({ source }) => source));
  return globSync('{packages,apps}/*/!(node_modules|dist)/**/*.{ts,tsx}', { cwd: root })
    .filter((file) => !read.has(file))
    .map((file) => ({
      rule: 'every-file-is-read',
      where: file,
      why: 'dependency-cruiser did not read the file, so no rule was checked.',
    }));
}

/** Reports adapters without a test that calls the conformance suite. */
function findUntestedAdapters(root: string, modules: ICruiseResult['modules']): BoundaryProblem[] {
  const tested = modules
    .filter(({ source }) => source.endsWith('.test.ts'))
    .filter(({ dependencies }) => dependencies.some(({ resolved }) => resolved === CONFORMANCE))
    .map(({ source }) => source)
    .filter((source) => /^\s*(await )?describeEventStore\(/m.test(readFileSync(join(root, source), 'utf8')));
  return globSync('packages/adapters-*', { cwd: root })
    .filter((adapter) => !tested.some((source) => source.startsWith(`${adapter}/`)))
    .map((adapter) => ({
      rule: 'adapters-are-tested',
      where: adapter,
      why: 'An adapter must have a test that calls describeEventStore of the conformance suite.',
    }));
}

if (import.meta.main) {
  const { modules, imports, problems } = await checkBoundaries(join(import.meta.dirname, '..'));
  for (const { rule, where, why } of problems) console.error(`${where}\n    ${rule}: ${why}`);
  console.log(`${modules} modules, ${imports} imports, ${problems.length} problems`);
  if (modules === 0 || problems.length > 0) process.exitCode = 1;
}

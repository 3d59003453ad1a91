// Applies the module boundaries of .dependency-cruiser.mjs to the workspace, and sees to it that they were applied to
// every file: a cruiser that cannot read TypeScript finds no module, and so no violation either.

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser';
import config, { TEST } from '../.dependency-cruiser.mjs';

const CONFORMANCE = 'packages/event-store-conformance/src/index.ts';

export interface BoundaryReport {
  /** What was looked at: modules of the workspace, and imports between them and to packages. */
  modules: number;
  imports: number;
  /** One for each import, or module, that breaks a rule. */
  problems: BoundaryProblem[];
}

export interface BoundaryProblem {
  rule: string;
  where: string;
  why: string;
}

export async function checkBoundaries(root: string): Promise<BoundaryReport> {
  const { modules, summary } = await cruiseWorkspace(root, rulesFor('module'));
  // Without tests: these import from anywhere.
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
    problems: [...problems, ...unseenFiles(root, modules), ...adaptersNotEnrolled(root, modules)],
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
    exclude: { path: [options.exclude.path, exclude].filter((path) => path !== '') },
    metrics,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  });
  if (typeof output === 'string') throw new Error('dependency-cruiser answered with a text, not a result');
  return output;
}

export function unseenFiles(root: string, modules: readonly { source: string }[]): BoundaryProblem[] {
  const seen = new Set(modules.map(({ source }) => source));
  return globSync('{packages,apps}/*/!(node_modules|dist)/**/*.ts', { cwd: root })
    .filter((file) => !seen.has(file))
    .map((file) => ({
      rule: 'every-file-is-seen',
      where: file,
      why: 'The cruiser passed over it, so no rule held it.',
    }));
}

/** An adapter keeps the port's contract when the conformance suite says so, not when its own tests do. */
function adaptersNotEnrolled(root: string, modules: ICruiseResult['modules']): BoundaryProblem[] {
  const enrolled = modules
    .filter(({ source }) => source.endsWith('.test.ts'))
    .filter(({ dependencies }) => dependencies.some(({ resolved }) => resolved === CONFORMANCE))
    .map(({ source }) => source)
    .filter((source) => /^\s*(await )?describeEventStore\(/m.test(readFileSync(join(root, source), 'utf8')));
  return globSync('packages/adapters-*', { cwd: root })
    .filter((adapter) => !enrolled.some((source) => source.startsWith(`${adapter}/`)))
    .map((adapter) => ({
      rule: 'adapters-enrol',
      where: adapter,
      why: 'Each adapter has a test that calls describeEventStore of the conformance suite.',
    }));
}

if (import.meta.main) {
  const { modules, imports, problems } = await checkBoundaries(join(import.meta.dirname, '..'));
  for (const { rule, where, why } of problems) console.error(`${where}\n    ${rule}: ${why}`);
  console.log(`${modules} modules, ${imports} imports, ${problems.length} problems`);
  if (modules === 0 || problems.length > 0) process.exitCode = 1;
}

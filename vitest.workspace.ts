import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// One project for each package and app that has a package.json.
const folders = globSync('{packages,apps}/*/package.json').map(dirname).sort();

// The projects whose tests start the server or the terminal tool.
const STARTING_PROGRAMS = ['apps/cli', 'apps/http', 'packages/client'];
/** The projects whose tests start PostgreSQL. */
const STARTING_POSTGRES = ['apps/http', 'packages/adapters-postgres'];

// Keeps compiled code for the next process. Threads that a test starts, such as those of SQLite, then start twice as fast.
process.env.NODE_COMPILE_CACHE ??= resolve('node_modules/.cache/compile');

export default defineConfig({
  test: {
    // Node loads the modules, as in production, and Vite transforms none of them. Workers start in half the CPU time.
    experimental: { viteModuleRunner: false },
    execArgv: ['--conditions=x-src'],
    // Tests often wait for a disk or a server, so that one worker per core would leave cores idle.
    maxWorkers: availableParallelism() + 2,
    projects: ['scripts', ...folders].map(projectAt),
    reporters: ['default', { onTestRunEnd: reportEffort }],
  },
});

function reportEffort(): void {
  if ((process.env.TEST_EFFORT || 'quick') !== 'quick') return;
  process.stdout.write('Quick run: skips tests that take long. TEST_EFFORT=full runs them.\n');
}

function projectAt(folder: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    root: folder,
    test: {
      name: basename(folder),
      include: ['**/*.test.ts'],
      // Many tests start a separate server or database, and other tests run concurrently.
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 10_000 } },
      globalSetup: [
        ...(STARTING_POSTGRES.includes(folder) ? ['packages/adapters-postgres/test/template-setup.ts'] : []),
        ...globSync(join(folder, 'test/global-setup.ts')),
        ...(STARTING_PROGRAMS.includes(folder) ? ['scripts/test-programs.ts'] : []),
      ].map((file) => resolve(file)),
      // Loading all modules again for each file takes half of the CPU time. A process has only one ClickHouse, which each
      // test file of that adapter configures differently.
      isolate: basename(folder) === 'adapters-clickhouse',
    },
  };
}

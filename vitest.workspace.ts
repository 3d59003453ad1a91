import { globSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

// One project for each package and app, found by its package.json: a new one cannot be forgotten here.
const folders = globSync('{packages,apps}/*/package.json').map(dirname).sort();

export default defineConfig({
  resolve: { conditions: ['x-src'] },
  ssr: { resolve: { conditions: ['x-src'] } },
  test: {
    // The same for the worker threads that a test starts: these Node resolves, not Vite.
    execArgv: ['--conditions=x-src'],
    // A CommonJS dependency is imported as Node imports it, or a test would pass where the server fails.
    deps: { interopDefault: false },
    // Much of the time is spent waiting, for a disk or for a server: on two cores, one worker would leave one idle.
    maxWorkers: '100%',
    projects: ['scripts', ...folders].map(projectAt),
  },
});

function projectAt(folder: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    root: folder,
    test: {
      name: basename(folder),
      include: ['**/*.test.ts'],
      // Many tests start a server or a database of their own, and the machine may be busy with others.
      testTimeout: 30_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 10_000 } },
      globalSetup: globSync(join(folder, 'test/global-setup.ts')).map((file) => resolve(file)),
      // Loading everything anew for each file takes half of the CPU time. A process has one ClickHouse, which each file
      // of that adapter configures in another way.
      isolate: basename(folder) === 'adapters-clickhouse',
    },
  };
}

// An npm project outside of the repository in which the packed packages are installed, for pack.test.ts.

import { type ChildProcessByStdio, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { readDocument } from '../apps/http/test/support/documents.ts';
import { startServer } from '../apps/http/test/support/start-server.ts';
import { archiveName, type PublicPackage, ROOT } from './public-packages.ts';

const COMPILERS = { '5.9': 'typescript@~5.9.3', '7': 'typescript@7.0.2' } as const;

/** Versions of Node: the oldest that the packages support, and the newest of each major version. */
export const NODE_VERSIONS = ['22.16.0', '22', '24', '26'] as const;

/** Other runtimes: the npm package that has the executable for a platform, such as `linux-x64`, and how it is called. */
const OTHERS = {
  bun: {
    packageFor: (platform: string) => `@oven/bun-${platform.replace('arm64', 'aarch64')}@1`,
    command: ['bin/bun'],
  },
  deno: {
    packageFor: (platform: string) => `@deno/${platform}${platform.startsWith('linux') ? '-glibc' : ''}@2`,
    command: ['deno', 'run', '--allow-all', '--no-lock'],
  },
} as const;

type OtherRuntime = keyof typeof OTHERS;
export const OTHER_RUNTIMES = Object.keys(OTHERS) as OtherRuntime[];
export type Runtime = (typeof NODE_VERSIONS)[number] | OtherRuntime;

/** A TypeScript block of a README. */
interface Snippet {
  readonly name: string;
  /** Without its extension. */
  readonly file: string;
  /** What it prints. */
  readonly shown: string;
}

export interface ConsumerProject {
  /** What an application can import, such as `@event-tracker/core/store`. */
  readonly doors: readonly string[];
  readonly snippets: readonly Snippet[];
  /** Returns the errors of the compiler. */
  readonly compile: (version: keyof typeof COMPILERS) => string;
  /** False if npm has no such runtime for this platform, or could not install it. Node is always there. */
  readonly has: (runtime: Runtime) => boolean;
  /** Runs a file with a server that has an empty store, and returns what it prints. */
  readonly run: (runtime: Runtime, file: string, args?: readonly string[]) => Promise<string>;
  /** Starts a file in an empty folder. */
  readonly start: (
    runtime: Runtime,
    file: string,
    args: readonly string[],
  ) => ChildProcessByStdio<null, Readable, null>;
  readonly close: () => void;
}

/** Installs the archives, which must be in one folder, in a new project. */
export function createConsumerProject(packages: readonly PublicPackage[], archives: string): ConsumerProject {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-consumer-'));
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  const doors = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports ?? {}).map((door) => name + door.slice(1)),
  );
  const blocks = packages.flatMap(readSnippets);
  const newFolder = (): string => mkdtempSync(join(folder, 'run-'));

  write('package.json', JSON.stringify(describeProject(packages, archives)));
  write('tsconfig.json', JSON.stringify(TSCONFIG));
  mkdirSync(join(folder, 'src'));
  write('src/doors.ts', importAll(doors));
  write('src/conformance.test.ts', CONFORMANCE);
  for (const { file, text } of blocks) write(`src/${file}.ts`, text);
  install(folder);

  return {
    doors,
    snippets: blocks,
    compile: (version) => {
      const compiler = join(folder, 'node_modules', aliasOf('typescript', version), 'bin/tsc');
      return spawnSync(process.execPath, [compiler], { cwd: folder, encoding: 'utf8' }).stdout;
    },
    has: (runtime) => existsSync(commandOf(folder, runtime)[0]),
    run: async (runtime, file, args = []) => {
      const server = await startServer();
      const env = {
        ...process.env,
        EVENT_TRACKER_URL: server.url,
        NODE_OPTIONS: '',
        NO_COLOR: '1',
        TEST_EFFORT: 'quick',
      };
      const [program, ...options] = commandOf(folder, runtime);
      const cwd = newFolder();
      try {
        return (await promisify(execFile)(program, [...options, join(folder, file), ...args], { cwd, env })).stdout;
      } finally {
        await server.stop();
      }
    },
    start: (runtime, file, args) => {
      const [program, ...options] = commandOf(folder, runtime);
      return spawn(program, [...options, join(folder, file), ...args], {
        cwd: newFolder(),
        env: { PATH: process.env.PATH },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

const aliasOf = (name: string, version: string): string => `${name}-${version}`;

/** Returns the path of the executable, and the arguments before the file. */
function commandOf(folder: string, runtime: Runtime): readonly [string, ...string[]] {
  const modules = join(folder, 'node_modules');
  if (!isOtherRuntime(runtime)) return [join(modules, aliasOf('node', runtime), 'bin/node')];
  const [file, ...args] = OTHERS[runtime].command;
  return [join(modules, runtime, file), ...args];
}

function isOtherRuntime(runtime: Runtime): runtime is OtherRuntime {
  return runtime in OTHERS;
}

function describeProject(packages: readonly PublicPackage[], archives: string): object {
  const { optionalDependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const platform = `${process.platform}-${process.arch}`;
  const node = Object.keys(optionalDependencies).find((name) => name.endsWith(platform));
  if (node === undefined) throw new Error(`no npm package has Node for ${platform}`);
  return {
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(packages.map((one) => [one.name, `file:${join(archives, archiveName(one))}`])),
      valibot: '1.5.0',
    },
    devDependencies: {
      ...Object.fromEntries(
        Object.entries(COMPILERS).map(([version, spec]) => [aliasOf('typescript', version), `npm:${spec}`]),
      ),
      ...Object.fromEntries(NODE_VERSIONS.map((version) => [aliasOf('node', version), `npm:${node}@${version}`])),
      '@types/node': devDependencies['@types/node'],
      vitest: devDependencies.vitest,
    },
    optionalDependencies: Object.fromEntries(
      OTHER_RUNTIMES.map((runtime) => [runtime, `npm:${OTHERS[runtime].packageFor(platform)}`]),
    ),
  };
}

/** As strict as possible. Declarations of the packages are checked too: `skipLibCheck` is off. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2022',
    module: 'nodenext',
    moduleDetection: 'force',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noPropertyAccessFromIndexSignature: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmitOnError: true,
    rootDir: 'src',
    outDir: 'out',
  },
  include: ['src'],
};

/** Returns a program that prints the doors it could load. */
function importAll(doors: readonly string[]): string {
  const imports = doors.map((door, index) => `import * as door${index} from '${door}';`);
  const prints = doors.map((door, index) => `if (Object.keys(door${index}).length > 0) console.log('${door}');`);
  return [...imports, ...prints, ''].join('\n');
}

const CONFORMANCE = `
import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { describeEventStore, TEST_DEADLINES } from '@event-tracker/event-store-conformance';

const open = () => createMemoryEventStore({ deadlines: TEST_DEADLINES });
describeEventStore('memory', { open, isReusable: true });
`;

/** Returns the blocks of a README, except those that use files of the reader. */
function readSnippets({ folder }: PublicPackage): (Snippet & { readonly text: string })[] {
  const blocks = readDocument(`${folder}/README.md`).blocks.filter(({ language, text }) => {
    return language === 'ts' && !text.includes(` from './`);
  });
  return blocks.map(({ text }, index) => ({
    name: basename(folder),
    file: `${basename(folder)}-${index}`,
    text: text.replaceAll(`'http://127.0.0.1:8080'`, `process.env['EVENT_TRACKER_URL'] ?? ''`),
    shown: [...text.matchAll(/console\.log\(.*\);(?: \/\/ (.+))?$/gm)].map(([, line = '']) => `${line}\n`).join(''),
  }));
}

function install(folder: string): void {
  const args = ['install', '--prefix', folder, '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];
  // npm runs on the Node of the tests: the one of the machine may be older than what the packages require.
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm install failed:\n${stderr}`);
  if (stderr.includes('EBADENGINE')) throw new Error(`a dependency requires another Node:\n${stderr}`);
}

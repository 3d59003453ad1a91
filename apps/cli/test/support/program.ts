import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { endWithTests } from './server.ts';

/** The bundle of `scripts/test-programs.ts`. */
const MAIN = join(process.env.TEST_PROGRAMS ?? '', 'cli/dist/main.js');

/** The program in a shell command of `runShell`. */
export const PROGRAM = `'${process.execPath}' '${MAIN}'`;

/** What a process printed, and its exit code. */
export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** In addition to PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input. Default: empty */
  readonly input?: string | Uint8Array;
}

/** A process that runs. */
export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly result: Promise<Result>;
}

/** Starts the program with pipes. */
export function startProgram(args: readonly string[], options: RunOptions = {}): Running {
  return start(process.execPath, [MAIN, ...args], options);
}

const SOURCE = join(import.meta.dirname, '../../src/main.ts');

/** Starts the source of the program with pipes. Unlike the bundle, it finds the server. */
export function startSource(args: readonly string[], options: RunOptions = {}): Running {
  return start(process.execPath, ['--conditions=x-src', SOURCE, ...args], options);
}

/** Runs the program with pipes to its end. */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return startProgram(args, options).result;
}

/** Runs a command of a shell. */
export function runShell(command: string, options: RunOptions = {}): Promise<Result> {
  return start('bash', ['--norc', '-c', command], options).result;
}

function start(command: string, args: readonly string[], { env, input = '' }: RunOptions): Running {
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => {}); // the program can end before it has read its input
  child.stdin.end(input);
  return {
    process: child,
    stdout: () => stdout,
    stderr: () => stderr,
    result: endWithTests(child).then((code) => ({ code, stdout, stderr })),
  };
}

/** Returns the values of the lines of NDJSON. */
export function linesOf(ndjson: string): unknown[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

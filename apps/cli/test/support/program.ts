import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { vi } from 'vitest';
import { runCommand } from '../../src/program.ts';
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

/**
 * Runs the program to its end: in a quick run in this process, which requires a tenth of the CPU time, unless it has input.
 * `startProgram` always starts a process.
 */
export function runProgram(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return IS_QUICK && options.input === undefined ? runHere(args, options) : startProgram(args, options).result;
}

/** Runs the program in this process, which can run only one at a time. */
async function runHere(args: readonly string[], { env = {} }: RunOptions): Promise<Result> {
  for (const name of Object.keys(process.env).filter((name) => name.startsWith('EVENT_TRACKER_')))
    vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const [stdout, stderr] = [process.stdout, process.stderr].map((stream) => {
    const written = vi.spyOn(stream, 'write').mockReturnValue(true);
    return {
      text: () => written.mock.calls.map(([text]) => String(text)).join(''),
      restore: () => written.mockRestore(),
    };
  }) as [Recorder, Recorder];
  try {
    await runCommand([process.execPath, MAIN, ...args]);
    return { code: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = undefined;
    for (const { restore } of [stdout, stderr]) restore();
    vi.unstubAllEnvs();
  }
}

interface Recorder {
  text(): string;
  restore(): void;
}

/** Starts a command of a shell. */
export function startShell(command: string, options: RunOptions = {}): Running {
  return start('bash', ['--norc', '-c', command], options);
}

/** Runs a command of a shell to its end. */
export function runShell(command: string, options: RunOptions = {}): Promise<Result> {
  return startShell(command, options).result;
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

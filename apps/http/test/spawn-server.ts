import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The server as a process of its own, started as users start it. */
export interface SpawnedServer {
  readonly url: string;
  /** The line that it prints when it is ready. */
  readonly startLine: string;
  /** Ends it with SIGTERM, and tells its exit code. */
  stop(): Promise<number | null>;
}

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const MAIN = ['--conditions=x-src', 'apps/http/src/main.ts'];

/** Starts the server on a free port, by Node itself or by another command, and waits until it is ready. */
export async function spawnServer(command = process.execPath, args: readonly string[] = MAIN): Promise<SpawnedServer> {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, BIND_ADDRESS: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  for await (const line of createInterface(child.stdout)) {
    const [url] = /http:\/\/[\w.:]+/.exec(line) ?? [];
    if (url === undefined) continue; // npm's own lines
    const stop = (): Promise<number | null> => {
      child.kill('SIGTERM');
      return exited;
    };
    return { url, startLine: line, stop };
  }
  throw new Error(`the server ended with exit code ${await exited} before it was ready`);
}

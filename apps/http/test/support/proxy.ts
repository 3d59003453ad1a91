import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { freePort } from './free-port.ts';

/** The installed HAProxy. An environment variable can set another one. */
export const HAPROXY = process.env.HAPROXY ?? '/usr/sbin/haproxy';
export const HAS_HAPROXY = existsSync(HAPROXY);

const CONFIGURATION = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url));

/** Fewer connections than configured, because some machines limit the number of open files. */
const MAX_CONNECTIONS = '1000';

/** The proxy of compose.yaml, in a separate process. */
export interface StartedProxy {
  readonly url: string;
  /** Returns the log: a line for each request, and for each server that becomes available or unavailable. */
  log(): string;
  stop(): Promise<void>;
}

/** The running proxies, which are ended with the tests. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts the proxy in front of the servers at three URLs. */
export async function startProxy(servers: readonly string[]): Promise<StartedProxy> {
  const address = `127.0.0.1:${await freePort()}`;
  const child = runProxy(['-db', '-n', MAX_CONNECTIONS, '-f', CONFIGURATION], address, servers);
  const ended = once(child, 'exit');
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
  const url = `http://${address}`;
  const responses = (): Promise<boolean> =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  await Promise.race([vi.waitUntil(responses, { timeout: 10_000, interval: 50 }), ended]);
  if (child.exitCode !== null) throw new Error(`HAProxy ended: ${text}`);
  return {
    url,
    log: () => text,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Returns what HAProxy prints about its configuration, and its exit code. */
export async function checkProxy(servers: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = runProxy(['-c', '-f', CONFIGURATION], '127.0.0.1:1', servers);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
    });
  await once(child, 'close');
  return { code: child.exitCode, output };
}

function runProxy(args: readonly string[], address: string, servers: readonly string[]): ChildProcess {
  const trackers = Object.fromEntries(servers.map((url, index) => [`TRACKER_${index + 1}`, new URL(url).host]));
  const child = spawn(HAPROXY, args, {
    env: { PATH: process.env.PATH, PROXY_ADDRESS: address, ...trackers },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

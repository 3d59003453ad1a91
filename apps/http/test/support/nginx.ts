import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './free-port.ts';

/** The installed nginx. An environment variable can set another one. */
export const NGINX = process.env.NGINX ?? '/usr/sbin/nginx';
export const HAS_NGINX = existsSync(NGINX);

export interface StartedNginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs nginx with a server block, in the foreground and without privileges. */
export async function startNginx(serverBlock: string, upstream: string): Promise<StartedNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-nginx-'));
  const port = await freePort();
  const site = serverBlock
    .replace('server 127.0.0.1:8080;', `server ${new URL(upstream).host};`)
    .replace('listen 80;', `listen 127.0.0.1:${port};`);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const main = `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
    events {} http { access_log off; ${temporary.join(' ')} ${site} }`;
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, main);
  const child: ChildProcess = spawn(NGINX, ['-p', folder, '-c', file], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  const responses = (): Promise<boolean> =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(responses, { timeout: 10_000, interval: 50 });
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
}

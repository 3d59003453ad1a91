import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from './free-port.ts';

/** The Caddy of the machine. The environment variable CADDY can name another. */
export const CADDY = process.env.CADDY ?? '/usr/bin/caddy';
export const HAS_CADDY = existsSync(CADDY);
/** True for Caddy before 2.8. A build from source has no version, and counts as new. */
export const IS_OLD_CADDY = HAS_CADDY && /^v?2\.[0-7]\./.test(execFileSync(CADDY, ['version'], { encoding: 'utf8' }));

export interface StartedCaddy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Runs Caddy with a Caddyfile, whose addresses are replaced by free ones. */
export async function startCaddy(caddyfile: string, upstream: string): Promise<StartedCaddy> {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-caddy-'));
  const port = await freePort();
  const site = caddyfile
    .replace('127.0.0.1:8080', new URL(upstream).host)
    .replace(/^:80 /m, `http://127.0.0.1:${port} `);
  const file = join(folder, 'Caddyfile');
  writeFileSync(file, site.replace(/^\{\n/m, '{\n\tadmin off\n'));
  const child = spawn(CADDY, ['run', '--config', file], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
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
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

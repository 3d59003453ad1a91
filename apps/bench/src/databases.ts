import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nextMessageOf } from './processes.ts';

const PACKAGES = new URL('../../../packages/', import.meta.url);
const started = new Map<string, Promise<string>>();

/** Returns the URL of a PostgreSQL server as in the adapter's tests. The first call starts it; it ends with this process. */
export function postgresUrl(): Promise<string> {
  return urlOf('adapters-postgres/test/serve-postgres.ts');
}

/** Returns the URL of the ClickHouse that runs in a Node process with an HTTP server. The first call starts it. */
export function clickHouseUrl(): Promise<string> {
  return urlOf('adapters-clickhouse/test/serve-clickhouse.ts');
}

function urlOf(script: string): Promise<string> {
  const url = started.get(script) ?? start(script);
  started.set(script, url);
  return url;
}

async function start(script: string): Promise<string> {
  const child = fork(fileURLToPath(new URL(script, PACKAGES)), { execArgv: ['--conditions=x-src'] });
  const url = await nextMessageOf<string | null>(child, script);
  if (url === null) throw new Error(`${script} does not support this platform`);
  return url;
}

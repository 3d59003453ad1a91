import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SERVE_POSTGRES = fileURLToPath(
  new URL('../../../packages/adapters-postgres/test/serve-postgres.ts', import.meta.url),
);

let started: Promise<string> | undefined;

/** The URL of a PostgreSQL like that of the adapter's tests: started when it is first asked for, ended with this process. */
export function postgresUrl(): Promise<string> {
  started ??= startPostgres();
  return started;
}

async function startPostgres(): Promise<string> {
  const child = fork(SERVE_POSTGRES, { execArgv: [] });
  const [url] = (await once(child, 'message')) as [string | null];
  if (url === null) throw new Error('there is no PostgreSQL for this platform');
  return url;
}

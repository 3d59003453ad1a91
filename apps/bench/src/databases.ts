import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { answerOf } from './processes.ts';

const PACKAGES = new URL('../../../packages/', import.meta.url);
const started = new Map<string, Promise<string>>();

/** The URL of a PostgreSQL like that of the adapter's tests: started when it is first asked for, ended with this process. */
export function postgresUrl(): Promise<string> {
  return urlOf('adapters-postgres/test/serve-postgres.ts');
}

/** The same of ClickHouse: the one that runs in a process of Node, behind HTTP. */
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
  const url = await answerOf<string | null>(child, script);
  if (url === null) throw new Error(`${script} has nothing for this platform`);
  return url;
}

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Programs in the tests of adapters. Each sends its URL, and ends when it is disconnected. */
const PROGRAMS = {
  postgres: new URL('../../../../packages/adapters-postgres/test/serve-postgres.ts', import.meta.url),
  clickhouse: new URL('../../../../packages/adapters-clickhouse/test/serve-clickhouse.ts', import.meta.url),
};

/** A separate database server for a test. */
export interface StartedDatabase {
  /** Undefined if this platform has no binaries. */
  readonly url: string | undefined;
  /** The id of the process that started the database. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** @param args arguments of the program */
export async function startDatabase(name: keyof typeof PROGRAMS, ...args: string[]): Promise<StartedDatabase> {
  const child = fork(fileURLToPath(PROGRAMS[name]), args, { execArgv: ['--conditions=x-src'] });
  const ended = once(child, 'exit');
  const [url] = (await Promise.race([once(child, 'message'), ended.then(() => [null])])) as [string | null];
  return {
    url: url ?? undefined,
    pid: child.pid ?? Number.NaN,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

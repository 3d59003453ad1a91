import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SERVE_POSTGRES = new URL('../../../../packages/adapters-postgres/test/serve-postgres.ts', import.meta.url);

/** A PostgreSQL server of a test's own. */
export interface StartedPostgres {
  /** Undefined where there are no binaries for this platform. */
  readonly url: string | undefined;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<StartedPostgres> {
  const child = fork(fileURLToPath(SERVE_POSTGRES), { execArgv: [] });
  const ended = once(child, 'exit');
  const [url] = (await Promise.race([once(child, 'message'), ended.then(() => [null])])) as [string | null];
  return {
    url: url ?? undefined,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

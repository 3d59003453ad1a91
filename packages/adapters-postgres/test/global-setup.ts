import type { TestProject } from 'vitest/node';
import { hasPostgres, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where PostgreSQL is for the tests; undefined where there is none for this platform. */
    postgresUrl: string | undefined;
  }
}

/** One server for all tests of the package: `TEST_POSTGRES_URL`, or one that is started for them. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.TEST_POSTGRES_URL;
  const server = given || !hasPostgres() ? undefined : await startPostgres();
  provide('postgresUrl', given || server?.url);
  return server?.stop;
}

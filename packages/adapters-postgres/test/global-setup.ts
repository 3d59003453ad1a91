import type { TestProject } from 'vitest/node';
import { hasPostgres, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of PostgreSQL for the tests; `undefined` if this platform has no binaries. */
    postgresUrl: string | undefined;
  }
}

/** Provides one server for all tests of the package: `TEST_POSTGRES_URL`, or a server that it starts. */
export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.TEST_POSTGRES_URL;
  const server = given || !hasPostgres() ? undefined : await startPostgres();
  provide('postgresUrl', given || server?.url);
  return server?.stop;
}

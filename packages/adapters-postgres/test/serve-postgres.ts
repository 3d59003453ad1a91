/*
 * A PostgreSQL server for the tests and measurements of an app, which must not import what is inside of this package: run
 * as a child process, it sends its URL and ends when it is disconnected.
 */
import { hasPostgres, startPostgres } from './postgres-server.ts';

const server = hasPostgres() ? await startPostgres() : undefined;
process.once('disconnect', async () => {
  await server?.stop();
  process.exit();
});
process.send?.(server?.url ?? null);

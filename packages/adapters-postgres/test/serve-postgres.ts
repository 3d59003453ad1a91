/*
 * A PostgreSQL server for the tests and measurements of an app, which must not import what is inside of this package: run
 * as a child process, it sends its URL and ends when it is disconnected. An argument names a folder of programs to run in
 * place of those that npm installed.
 */
import { hasPostgres, startPostgres } from './postgres-server.ts';

const [installed] = process.argv.slice(2);
const server = installed !== undefined || hasPostgres() ? await startPostgres(installed) : undefined;
process.once('disconnect', async () => {
  await server?.stop();
  process.exit();
});
process.send?.(server?.url ?? null);

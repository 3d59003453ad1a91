/*
 * A PostgreSQL server for the tests and benchmarks of the apps, which must not import internals of this package. Run as a
 * child process, it sends its URL and stops when it is disconnected. The optional argument is a folder of PostgreSQL
 * binaries to use instead of those that npm installed.
 */
import { hasPostgres, startPostgres } from './postgres-server.ts';

const [installed] = process.argv.slice(2);
const server = installed !== undefined || hasPostgres() ? await startPostgres(installed) : undefined;
process.once('disconnect', async () => {
  await server?.stop();
  process.exit();
});
process.send?.(server?.url ?? null);

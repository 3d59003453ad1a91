import { readdirSync, readFileSync } from 'node:fs';
import { createPostgresEventStore } from '@event-tracker/adapters-postgres';
import pg from 'pg';
import { DATABASE, DEADLINES, type Subject } from './subject.ts';

export async function openPostgres(url: string, schema: string = DATABASE): Promise<Subject> {
  const store = await createPostgresEventStore({ url, schema, deadlines: DEADLINES });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postmaster = statOf(rows[0]?.pid ?? 0)?.parent ?? 0;
  return {
    store,
    countBytes: async () => {
      await client.query(`VACUUM ANALYZE ${schema}.events`);
      const { rows } = await client.query<{ bytes: string }>(
        `SELECT pg_total_relation_size('${schema}.events') AS bytes`,
      );
      return Number(rows[0]?.bytes);
    },
    countCpuMs: () => cpuMsOf(postmaster),
    close: async () => {
      await Promise.all([store.close(), client.end()]);
    },
  };
}

/** Returns the CPU time of a process on this machine and its children, in milliseconds. */
function cpuMsOf(parent: number): number {
  return readdirSync('/proc')
    .map(statOf)
    .filter((stat) => stat !== undefined)
    .filter((stat) => stat.pid === parent || stat.parent === parent)
    .reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** Reads the parent and the CPU time of a process from Linux: proc(5), and `schedstat` in nanoseconds. */
function statOf(pid: string | number) {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return { pid: Number(pid), parent: Number(rest.split(' ')[1]), cpuMs: Number(nanoseconds) / 1e6 };
  } catch {
    return undefined; // the process has ended, or this is not a process
  }
}

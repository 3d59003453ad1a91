import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStoreTimeoutError, isStoreUnavailableError } from '@event-tracker/core';
import { type AggregateRequest, appendBatch, type EventStorePort } from '@event-tracker/core/store';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createPostgresEventStore } from '../src/index.ts';
import { anEvent, events } from './events.ts';
import { dropSchema, newSchema, withClient } from './schemas.ts';

const url = inject('postgresUrl') ?? '';

/** Returns the SQL in a section of a document. */
function sqlIn(document: string, section: string): string {
  const text = readFileSync(join(import.meta.dirname, '..', document), 'utf8');
  const [, sql = ''] = new RegExp(`^##+ ${section}\n[\\s\\S]*?^\`\`\`sql\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text) ?? [];
  return sql;
}

const COUNT: AggregateRequest = { filter: {}, metrics: [{ kind: 'count' }] };

/** Selects the statements on the tables of a schema that wait for a lock. */
const SELECT_WAITING = `
  SELECT pid FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()`;

describe.skipIf(url === '')('a store in operation', () => {
  const schema = newSchema();
  let store: EventStorePort;

  beforeAll(async () => {
    store = await createPostgresEventStore({ url, schema });
  });
  afterAll(async () => {
    await store.close();
    await dropSchema(url, schema);
  });

  test('runs the query of the runbook', async () => {
    const query = sqlIn('../../docs/operate/runbook.md', 'EventTrackerStoreSlow');
    await withClient(url, async (client) => {
      expect((await client.query(query)).fields.map(({ name }) => name)).toContain('wait_event');
    });
  });

  test('appends after its idle connections have been terminated', async () => {
    await appendBatch(store, [anEvent()]);
    expect(await terminateConnections()).toBeGreaterThan(0);
    await expect(appendBatch(store, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
  });

  test('appends after its busy connections have been terminated', async () => {
    const work = Promise.allSettled(Array.from({ length: 50 }, () => appendBatch(store, events(50))));
    await terminateConnections();
    const outcomes = await work;
    await expect(appendBatch(store, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
    expect(failures.filter((code) => code !== 'store_unavailable' && code !== 'store_timeout')).toEqual([]);
  });

  test('cancels the statements of an aborted read on the server, and stays usable', async () => {
    await appendBatch(store, events(5_000));
    await withClient(url, async (blocker) => {
      // The lock makes the read wait in its statement.
      await blocker.query(`BEGIN; LOCK TABLE "${schema}".events IN ACCESS EXCLUSIVE MODE`);
      const controller = new AbortController();
      const reads = [COUNT, { filter: {}, metrics: [{ kind: 'unique', path: ['n'] }] } as const].map((request) =>
        store.aggregate(request, { signal: controller.signal }),
      );
      const waiting = () =>
        withClient(url, async (client) => (await client.query(SELECT_WAITING, [schema])).rows.length);
      await expect.poll(waiting).toBe(reads.length);
      controller.abort('the client left');
      for (const read of reads) await expect(read).rejects.toBe('the client left');
      await expect.poll(waiting, { timeout: 5_000 }).toBe(0);
    });
    await expect(store.aggregate(COUNT)).resolves.toHaveLength(1);
  });

  test('commits with synchronous_commit even if its URL turns it off', async () => {
    const address = new URL(url);
    address.searchParams.set('options', '-c synchronous_commit=off -c work_mem=5MB');
    const other = await createPostgresEventStore({ url: address.href, schema });
    await expect(appendBatch(other, [anEvent()])).resolves.toMatchObject([{ stored: true }]);
    await other.close();
  });

  test('orders ids as their text', async () => {
    const ids = Array.from({ length: 500 }, () => randomBytes(16).toString('hex')).map((digits) =>
      digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    );
    const sorted = await withClient(url, (client) =>
      client.query<{ id: string }>('SELECT id FROM unnest($1::uuid[]) AS ids (id) ORDER BY id', [ids]),
    );
    expect(sorted.rows.map(({ id }) => id)).toEqual(ids.toSorted());
  });

  test('rejects with store_unavailable if its tables do not exist', async () => {
    const dropped = newSchema();
    const other = await createPostgresEventStore({ url, schema: dropped });
    await dropSchema(url, dropped);
    await expect(other.ping()).rejects.toSatisfy(isStoreUnavailableError);
    await expect(appendBatch(other, [anEvent()])).rejects.toSatisfy(isStoreUnavailableError);
    await other.close();
  });

  test('queues calls beyond the number of connections until their deadline', async () => {
    const deadlines = { getMs: 20_000, aggregateMs: 20_000 };
    const other = await createPostgresEventStore({ url, schema, maxConnections: 2, deadlines });
    const event = anEvent();
    await appendBatch(other, [event]);
    const outcomes = await whileLocked(3_000, () => [
      ...Array.from({ length: 5 }, () => other.get(event.id)),
      ...Array.from({ length: 9 }, () => other.aggregate(COUNT)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(14).fill('fulfilled'));
    await other.close();
  }, 30_000);

  test('rejects a queued call with store_timeout at its deadline, and recovers', async () => {
    const other = await createPostgresEventStore({ url, schema, deadlines: { aggregateMs: 1_000 } });
    const outcomes = await whileLocked(1_500, () => Array.from({ length: 9 }, () => other.aggregate(COUNT)));
    expect(outcomes).toEqual(Array(9).fill({ status: 'rejected', reason: expect.toSatisfy(isStoreTimeoutError) }));
    await expect(other.aggregate(COUNT)).resolves.toHaveLength(1);
    await other.close();
  });

  /** Makes calls while the table is locked for some time. Returns their outcomes. */
  function whileLocked(ms: number, makeCalls: () => Promise<unknown>[]): Promise<PromiseSettledResult<unknown>[]> {
    return withClient(url, async (client) => {
      await client.query(`BEGIN; LOCK TABLE "${schema}".events`);
      const outcomes = Promise.allSettled(makeCalls());
      await sleep(ms);
      await client.query('COMMIT');
      return outcomes;
    });
  }

  /**
   * Terminates the connections of the store, and waits until their server processes have ended: a connection is idle until
   * the server has closed it, so an append could still be sent on it. Returns their number.
   */
  function terminateConnections(): Promise<number> {
    const text = `SELECT pg_terminate_backend(pid, 10000) AS has_ended FROM pg_stat_activity
      WHERE application_name = 'event-tracker' AND query LIKE '%${schema}%'`;
    return withClient(url, async (client) => {
      const { rows } = await client.query<{ readonly has_ended: boolean }>(text);
      expect(rows).toEqual(rows.map(() => ({ has_ended: true })));
      return rows.length;
    });
  }
});

describe.skipIf(url === '')('roles', () => {
  const schema = newSchema();
  const [owner, app] = [`${schema}_owner`, `${schema}_app`];
  /** The roles of the document, for this schema. */
  const statements = sqlIn('README.md', 'Roles')
    .replaceAll('event_tracker', schema)
    .replaceAll("'...'", "'secret'")
    .replaceAll(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim());

  afterEach(async () => {
    await dropSchema(url, schema);
    await withClient(url, async (client) => {
      for (const role of [owner, app]) await client.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`);
    });
  });

  test('can be separate: an owner of the schema, and a role that reads, adds and deletes events', async () => {
    await withClient(url, async (client) => {
      for (const statement of statements.filter((statement) => statement.startsWith('CREATE')))
        await client.query(statement);
    });
    await expect(createPostgresEventStore({ url: urlOf(app), schema })).rejects.toThrow(/permission denied/);

    const store = await createPostgresEventStore({ url: urlOf(owner), schema });
    await store.close();
    await withClient(urlOf(owner), async (client) => {
      for (const statement of statements.filter((statement) => statement.startsWith('GRANT')))
        await client.query(statement);
    });

    const limited = await createPostgresEventStore({ url: urlOf(app), schema });
    const event = anEvent();
    await appendBatch(limited, [event]);
    await expect(appendBatch(limited, [event])).resolves.toMatchObject([{ stored: false }]);
    expect(await limited.query({ filter: {}, order: 'asc', limit: 10 })).toEqual([event]);
    const arrivals = await limited.readAfter({ after: 0n, limit: 10 });
    expect(arrivals.map((arrival) => arrival.event)).toEqual([event]);
    await limited.close();
    const change = withClient(urlOf(app), (client) => client.query(`UPDATE "${schema}".events SET payload = '{}'`));
    await expect(change).rejects.toThrow(/permission denied/);
  });

  function urlOf(role: string): string {
    const roleUrl = new URL(url);
    roleUrl.username = role;
    roleUrl.password = 'secret';
    return roleUrl.href;
  }
});

describe('a server that is not reachable', () => {
  const nowhere = 'postgres://user:hunter2@127.0.0.1:1/db';

  test('rejects opening in time, with an error without the password', async () => {
    const begin = performance.now();
    const waiting: string[] = [];
    const onWaiting = (reason: Error): unknown => waiting.push(reason.message);
    const opening = createPostgresEventStore({ url: nowhere, openTimeoutMs: 300, onWaiting });
    const error = await opening.catch((reason: unknown) => reason);
    expect(isStoreUnavailableError(error)).toBe(true);
    expect(String(error)).toContain('ECONNREFUSED 127.0.0.1:1');
    expect(waiting, 'said once, and immediately').toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(performance.now() - begin).toBeLessThan(3_000);
  });

  test.each(['mysql://user:hunter2@db/x', 'postgres://user:hunter2@[db/x', 'hunter2'])(
    'is not contacted if the URL is not a PostgreSQL URL',
    async (wrong) => {
      const error = await createPostgresEventStore({ url: wrong }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RangeError);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
    },
  );

  test.each(['Events', 'a-b', 'pg_x', '', 'x'.repeat(64), 'a"; drop'])('rejects %j as a schema', async (schema) => {
    await expect(createPostgresEventStore({ url: nowhere, schema })).rejects.toThrow(/^schema: expected/);
  });
});

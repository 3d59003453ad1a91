import { type CancelSignal, onAbort, throwIfAborted } from '@event-tracker/core/store';
import pg from 'pg';
import type { Statement } from '../sql/statement.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import { createUnknownOutcomeError, isOutdated, isStatementError } from './store-error.ts';

/** A connection for the duration of a call. */
export interface Session {
  /** Runs a statement and returns its rows. */
  query<Row>(statement: Statement): Promise<readonly Row[]>;
  /** Runs a statement that commits. Rejects with `store_timeout` if the outcome is unknown. */
  commit<Row>(statement: Statement): Promise<readonly Row[]>;
  /** Replaces each existing connection before its next use, because the state of the server has changed. */
  replaceConnections(): void;
  /**
   * Begins a read-only transaction with one snapshot. If the signal of the work is aborted, the server cancels the running
   * statement of the transaction.
   */
  beginSnapshot(): Promise<void>;
}

/** A connection pool. */
export interface Database {
  /**
   * Runs work on a connection, in the order of the calls. The deadline covers the wait for a connection and the statements.
   *
   * @param signal ends the wait, and the work before its next statement
   * @throws the reason of the signal
   */
  run<T>(work: (session: Session) => Promise<T>, signal?: CancelSignal): Promise<T>;
  /** Closes the connections. No work may be running. */
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly url: string;
  readonly maxConnections: number;
  /** Maximum duration of `run`, including the wait for a connection, in milliseconds. */
  readonly deadlineMs: number;
  /** PostgreSQL configuration parameters of each connection. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The shares of the deadline after which the server cancels a statement and the client stops waiting. The server is first,
 * because its error is more precise and keeps the connection usable; the rest of the deadline is for reporting the error.
 * Work that has no connection after the server's share is rejected: it would rarely finish, and aborting it costs a connection.
 */
const SERVER_SHARE = 0.85;
const CLIENT_SHARE = 0.95;
/**
 * Maximum time to open a connection, and to begin a transaction. Neither waits for locks, so a longer deadline must not
 * delay the detection of a server that does not respond.
 */
const MAX_BEGIN_MS = 2_500;
/** Time after which an unused connection is closed. */
const IDLE_MS = 60_000;
const CANCEL_IDLE_MS = 5_000;
/** Bounds the time that a process stopped between two statements holds its locks. */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** Configuration parameters of every connection. They override the server's defaults. */
const PARAMETERS = {
  // Acknowledged changes are flushed to disk, here and on synchronous standbys.
  synchronous_commit: 'on',
  // The statements require this, and UTF-8.
  standard_conforming_strings: 'on',
};

/** The process that runs the transaction, even behind a pooler. */
const BEGIN_SNAPSHOT: Statement = {
  text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_backend_pid() AS pid',
  timeoutMs: MAX_BEGIN_MS,
};

export function openDatabase({ url, maxConnections, deadlineMs, parameters = {} }: DatabaseSettings): Database {
  const serverMs = Math.ceil(SERVER_SHARE * deadlineMs);
  const { connectionString, options } = withParameters(url, { ...PARAMETERS, ...parameters });
  const pool = new pg.Pool({
    connectionString,
    application_name: 'event-tracker',
    max: maxConnections,
    connectionTimeoutMillis: Math.min(serverMs, MAX_BEGIN_MS),
    statement_timeout: serverMs,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    idleTimeoutMillis: IDLE_MS,
    keepAlive: true,
    options,
  });
  // Without listeners, an error of a connection would end the process. The pool replaces a broken idle connection; on a
  // connection in use, the running statement also fails.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    connectedAt.set(client, performance.now());
  });
  /** A separate connection, because all others can be busy with statements to cancel. */
  const cancelPool = new pg.Pool({
    connectionString,
    application_name: 'event-tracker',
    max: 1,
    connectionTimeoutMillis: MAX_BEGIN_MS,
    query_timeout: MAX_BEGIN_MS,
    idleTimeoutMillis: CANCEL_IDLE_MS,
  });
  cancelPool.on('error', () => {});
  cancelPool.on('connect', (client) => client.on('error', () => {}));
  const connectedAt = new WeakMap<pg.PoolClient, number>();
  /** Connections opened earlier are closed instead of being used. */
  let usableSince = Number.NEGATIVE_INFINITY;

  function isUsable(client: pg.PoolClient): boolean {
    return (connectedAt.get(client) ?? Number.NEGATIVE_INFINITY) > usableSince;
  }

  /** Cancels the statement that a server process runs. If that fails, the statement ends at its deadline. */
  async function cancelBackend(pid: number): Promise<void> {
    try {
      await cancelPool.query('SELECT pg_cancel_backend($1)', [pid]);
    } catch {
      // The caller has stopped waiting.
    }
  }

  async function connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect();
      if (isUsable(client)) return client;
      client.release(true);
    }
  }

  // Without the limit, the pool would count the wait for a free connection as time to open one.
  const limit = createConcurrencyLimit(maxConnections, serverMs);

  async function runUntil<T>(
    expiresAt: number,
    work: (session: Session) => Promise<T>,
    signal: CancelSignal | undefined,
  ): Promise<T> {
    const client = await connect();
    let isBroken = false;
    let stopListening = () => {};
    let canceling: Promise<void> | undefined;

    function replaceConnections(): void {
      usableSince = performance.now();
    }

    async function send<Row>({ text, values = [], timeoutMs = deadlineMs }: Statement): Promise<readonly Row[]> {
      throwIfAborted(signal);
      const remainingMs = Math.max(1, Math.ceil(expiresAt - performance.now()));
      const query_timeout = Math.min(remainingMs, timeoutMs);
      try {
        const statement = { text, values: [...values], query_timeout };
        // For several statements in one text, pg returns several results.
        return [await client.query<Row & pg.QueryResultRow>(statement)].flat().at(-1)?.rows ?? [];
      } catch (error) {
        isBroken ||= !isStatementError(error);
        if (isOutdated(error)) replaceConnections();
        throw error;
      }
    }

    try {
      return await work({
        query: send,
        replaceConnections,
        beginSnapshot: async () => {
          const [row] = await send<{ readonly pid: number }>(BEGIN_SNAPSHOT);
          stopListening = onAbort(signal, () => {
            if (row) canceling = cancelBackend(row.pid);
          });
        },
        commit: async (statement) => {
          try {
            return await send(statement);
          } catch (error) {
            // 57P01 (admin_shutdown) does not show whether the server, or a pooler, ended the connection before the commit.
            throw isBroken ? createUnknownOutcomeError(error) : error;
          }
        },
      });
    } finally {
      stopListening();
      await canceling;
      // After a cancellation, the state of the transaction is unknown.
      client.release(isBroken || canceling !== undefined || !isUsable(client));
    }
  }

  return {
    run: (work, signal) => {
      const expiresAt = performance.now() + CLIENT_SHARE * deadlineMs;
      return limit(() => runUntil(expiresAt, work, signal), signal);
    },
    close: async () => {
      await Promise.all([pool.end(), cancelPool.end()]);
    },
  };
}

/** Merges `options` of a URL with our parameters, because pg would use only the former. Ours are last and take precedence. */
function withParameters(url: string, parameters: Readonly<Record<string, string>>) {
  const address = new URL(url);
  const given = address.searchParams.getAll('options');
  address.searchParams.delete('options');
  const ours = Object.entries(parameters).map(([name, value]) => `-c ${name}=${value}`);
  return { connectionString: address.href, options: [...given, ...ours].join(' ') };
}

/** Runs work in a transaction. Rolls back if the work fails. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED', timeoutMs: MAX_BEGIN_MS });
  return endTransaction(session, work);
}

/** Runs work in a read-only transaction with one snapshot. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.beginSnapshot();
  return endTransaction(session, work);
}

async function endTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // If the connection is lost, so is the transaction. The caller receives the error of `work`.
    await session.query({ text: 'ROLLBACK' }).catch(() => {});
    throw error;
  }
  await session.commit({ text: 'COMMIT' });
  return result;
}

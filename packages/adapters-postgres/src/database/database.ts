import pg from 'pg';
import type { Statement } from '../sql/statement.ts';
import { createAnswerLostError, isOutdated, isStatementError } from './store-error.ts';
import { createTurns } from './turns.ts';

/** One connection, for as long as a call has it. */
export interface Session {
  /** Runs a statement and returns its rows. */
  query<Row>(statement: Statement): Promise<readonly Row[]>;
  /** The same for a statement that makes changes last: it rejects with `store_timeout` where nobody knows whether it did. */
  commit<Row>(statement: Statement): Promise<readonly Row[]>;
  /** Replaces all connections made so far, each before its next use: the server has changed since it accepted them. */
  replaceConnections(): void;
}

/** A number of connections to one database. */
export interface Database {
  /**
   * Has some work done on one connection, when its turn comes, first come, first served. Waiting for that and the statements
   * together end within the deadline.
   */
  run<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Closes the connections; nothing may be running any more. */
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly url: string;
  readonly maxConnections: number;
  /** How long one run may take, waiting for its turn included, in milliseconds. */
  readonly deadlineMs: number;
  /** Settings of PostgreSQL for each connection. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * When the server gives a statement up, and when the client does, of the time that a run may take: the server's own answer
 * is more exact, and saves the connection; and the rest is for telling. Whose turn has not come at the first of these is
 * refused: in what is left work seldom comes to its end, and to break it off costs a connection.
 */
const SERVER_SHARE = 0.85;
const CLIENT_SHARE = 0.95;
/**
 * How long the server may take to accept a connection, and to answer what a transaction begins with: neither waits for
 * anybody. Who has more time than that has it for its turn and for the work itself: a server that does not answer at all
 * is found out sooner.
 */
const MAX_BEGIN_MS = 2_500;
/** How long a connection that nobody needs is kept. */
const IDLE_MS = 60_000;
/** A process that was stopped between two statements does not hold its locks for longer. */
const IDLE_IN_TRANSACTION_MS = 5_000;

/** What every connection is set to, whatever the server's defaults. */
const PARAMETERS = {
  // What is acknowledged has been flushed to disk, here and on synchronous standbys.
  synchronous_commit: 'on',
  // Statements are written for this, and for UTF-8.
  standard_conforming_strings: 'on',
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
  // A connection that breaks while nobody uses it is replaced when somebody does. Without listeners the process would end:
  // the pool's is for idle connections, the client's for those that are in use, where the statement under way fails, too.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    connectedAt.set(client, performance.now());
  });
  const connectedAt = new WeakMap<pg.PoolClient, number>();
  /** Connections made earlier are closed in place of being used. */
  let usableSince = Number.NEGATIVE_INFINITY;

  function isUsable(client: pg.PoolClient): boolean {
    return (connectedAt.get(client) ?? Number.NEGATIVE_INFINITY) > usableSince;
  }

  async function connect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect();
      if (isUsable(client)) return client;
      client.release(true);
    }
  }

  // Without them the pool would count the wait for a connection that others have as the server's time to accept one.
  const turns = createTurns(maxConnections, serverMs);

  async function runUntil<T>(expiresAt: number, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await connect();
    let isBroken = false;

    function replaceConnections(): void {
      usableSince = performance.now();
    }

    async function send<Row>({ text, values = [], timeoutMs = deadlineMs }: Statement): Promise<readonly Row[]> {
      const remainingMs = Math.max(1, Math.ceil(expiresAt - performance.now()));
      const query_timeout = Math.min(remainingMs, timeoutMs);
      try {
        const statement = { text, values: [...values], query_timeout };
        return (await client.query<Row & pg.QueryResultRow>(statement)).rows;
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
        commit: async (statement) => {
          try {
            return await send(statement);
          } catch (error) {
            throw isBroken ? createAnswerLostError(error) : error;
          }
        },
      });
    } finally {
      client.release(isBroken || !isUsable(client));
    }
  }

  return {
    run: (work) => {
      const expiresAt = performance.now() + CLIENT_SHARE * deadlineMs;
      return turns(() => runUntil(expiresAt, work));
    },
    close: () => pool.end(),
  };
}

/** What a URL says itself would replace what is said beside it: its `options` are put in front of ours. */
function withParameters(url: string, parameters: Readonly<Record<string, string>>) {
  const address = new URL(url);
  const given = address.searchParams.getAll('options');
  address.searchParams.delete('options');
  const ours = Object.entries(parameters).map(([name, value]) => `-c ${name}=${value}`);
  return { connectionString: address.href, options: [...given, ...ours].join(' ') };
}

/** Has some work done in one transaction: all of it lasts, or, where it fails, nothing. */
export async function inTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED', timeoutMs: MAX_BEGIN_MS });
  return endTransaction(session, work);
}

/** Has some reading done on the database as it is at the first statement, whatever is written meanwhile. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await session.query({ text: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', timeoutMs: MAX_BEGIN_MS });
  return endTransaction(session, work);
}

async function endTransaction<T>(session: Session, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // Where the connection is gone, so is the transaction; what `work` failed of is what matters.
    await session.query({ text: 'ROLLBACK' }).catch(() => {});
    throw error;
  }
  await session.commit({ text: 'COMMIT' });
  return result;
}

import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A connection to the file, with a cache of prepared statements. */
export interface Database {
  /** Runs statements that return no rows. */
  exec(sql: string): void;
  /** Returns a prepared statement, whose rows are arrays and whose integers are bigints. */
  statement(sql: string): StatementSync;
  /** Defines a SQL function that returns 1 if `test` returns true for its text arguments, otherwise 0. */
  definePredicate(name: string, test: (...texts: readonly string[]) => boolean): void;
  close(): void;
}

export interface DatabaseOptions {
  readonly readOnly: boolean;
  readonly cacheBytes: number;
}

/** Maximum time to wait for a lock that another program holds, such as a SQLite shell. */
const BUSY_TIMEOUT_MS = 2_000;
/** Size of the statement cache: the SQL text differs by the number of types in a filter. */
const MAX_KEPT_STATEMENTS = 100;

export function openDatabase(path: string, { readOnly, cacheBytes }: DatabaseOptions): Database {
  const connection = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
  // Sort in memory, because the disk can be full.
  connection.exec(`PRAGMA temp_store = MEMORY; PRAGMA cache_size = ${-Math.floor(cacheBytes / 1024)}`);
  const statements = new Map<string, StatementSync>();

  function prepare(sql: string): StatementSync {
    const statement = connection.prepare(sql);
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    if (statements.size >= MAX_KEPT_STATEMENTS) statements.clear();
    statements.set(sql, statement);
    return statement;
  }

  return {
    exec: (sql) => connection.exec(sql),
    statement: (sql) => statements.get(sql) ?? prepare(sql),
    definePredicate: (name, test) =>
      connection.function(name, { varargs: true }, (...texts) => Number(test(...texts.map(String)))),
    close: () => connection.close(),
  };
}

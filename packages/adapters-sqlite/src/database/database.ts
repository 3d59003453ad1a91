import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A connection to the file, with its statements prepared once. */
export interface Database {
  /** Runs statements that answer nothing. */
  exec(sql: string): void;
  /** The statement of this text: rows are arrays, integers bigints. */
  statement(sql: string): StatementSync;
  /** Defines a SQL function, which answers whether a text passes a test. */
  defineTest(name: string, test: (text: string) => boolean): void;
  close(): void;
}

export interface DatabaseOptions {
  readonly readOnly: boolean;
  readonly cacheBytes: number;
}

/** How long to wait for a lock that another program holds, such as a shell that looks into the file. */
const BUSY_TIMEOUT_MS = 2_000;
/** Statements differ by the number of types that are asked for: more of them than this are not kept. */
const MAX_KEPT_STATEMENTS = 100;

export function openDatabase(path: string, { readOnly, cacheBytes }: DatabaseOptions): Database {
  const connection = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
  // Sorting must not need a disk, which may be full.
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
    defineTest: (name, test) => connection.function(name, (text) => Number(test(String(text)))),
    close: () => connection.close(),
  };
}

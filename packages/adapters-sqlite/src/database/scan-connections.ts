import type { Database } from './database.ts';
import { rollBack } from './transaction.ts';

/** Connections for scans, each with a view of the file of its own: one that lasts must not make others see old events. */
export interface ScanConnections {
  /** Has some work done on a connection that sees the file as it is now, until the work is over. */
  use<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): void;
}

/** Scans that go on at a time; others wait, in their order. */
const MAX_CONNECTIONS = 4;

export function createScanConnections(open: () => Database): ScanConnections {
  const all: Database[] = [];
  const free: Database[] = [];
  const waiting: ((database: Database) => void)[] = [];

  function openOne(): Database | undefined {
    if (all.length >= MAX_CONNECTIONS) return undefined;
    const database = open();
    all.push(database);
    return database;
  }

  function giveBack(database: Database): void {
    const next = waiting.shift();
    if (next) next(database);
    else free.push(database);
  }

  return {
    use: async (work) => {
      const database = free.pop() ?? openOne() ?? (await new Promise<Database>((resolve) => waiting.push(resolve)));
      try {
        return await inSnapshot(database, work);
      } finally {
        giveBack(database);
      }
    },
    close: () => {
      for (const database of all) database.close();
    },
  };
}

async function inSnapshot<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  database.exec('BEGIN');
  try {
    return await work(database);
  } finally {
    rollBack(database); // nothing was written
  }
}

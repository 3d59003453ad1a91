import type { Database } from './database.ts';
import { rollBack } from './transaction.ts';

/** A pool of connections for scans. Each scan has a separate snapshot, so that a long one does not make others see old events. */
export interface ScanConnections {
  /** Runs work on a connection, in a snapshot of the file as it is now. */
  use<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): void;
}

/** Maximum number of concurrent scans. Other scans wait in the order of the calls. */
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

  function release(database: Database): void {
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
        release(database);
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

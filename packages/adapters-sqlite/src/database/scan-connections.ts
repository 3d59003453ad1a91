import type { Database } from './database.ts';
import { rollBack } from './transaction.ts';

/** A pool of connections for scans. Each scan has a separate snapshot, so that a long one does not make others see old events. */
export interface ScanConnections {
  /** Runs work on a connection, in a snapshot of the file as it is now. */
  use<T>(work: (database: Database) => Promise<T>): Promise<T>;
  close(): void;
}

/** Core limits the number of concurrent scans, and therefore of connections. */
export function createScanConnections(open: () => Database): ScanConnections {
  const all: Database[] = [];
  const free: Database[] = [];

  function openOne(): Database {
    const database = open();
    all.push(database);
    return database;
  }

  return {
    use: async (work) => {
      const database = free.pop() ?? openOne();
      try {
        return await inSnapshot(database, work);
      } finally {
        free.push(database);
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

// Usage: `node --conditions=x-src hold-transaction.ts URL SCHEMA`. Inserts an event in a transaction, prints a line, and
// leaves the transaction open.

import { inTransaction, openDatabase } from '../src/database/database.ts';
import { insertEvents } from '../src/sql/insert-events.ts';
import { tablesIn } from '../src/sql/tables.ts';
import { events } from './events.ts';

const [url = '', schema = ''] = process.argv.slice(2);
const database = openDatabase({ url, maxConnections: 1, deadlineMs: 60_000 });
await database.run((session) =>
  inTransaction(session, async () => {
    await session.query(insertEvents(tablesIn(schema), events(1)));
    process.stdout.write('stored\n');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }),
);

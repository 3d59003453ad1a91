// Usage: `hold.ts PATH`. Opens a store, sends a message, and keeps the store open.
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';

const [, , path = ''] = process.argv;
try {
  await createSqliteEventStore({ path });
  process.send?.('open');
  setInterval(() => {}, 60_000); // an idle store does not keep its process alive
} catch (error) {
  process.send?.(String(error));
}

// Opens a store, says so, and keeps it: `hold.ts PATH`.
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';

const [, , path = ''] = process.argv;
try {
  await createSqliteEventStore({ path });
  process.send?.('open');
  setInterval(() => {}, 60_000); // an idle store does not keep its process alive
} catch (error) {
  process.send?.(String(error));
}

// Usage: `migrate.ts PATH SHARE`. Opens a store, and sends a message when the share of the events is moved, and at the end.
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';

const [, , path = '', awaited = ''] = process.argv;
let isReported = false;
const store = await createSqliteEventStore({
  path,
  onMigrating: ({ share }) => {
    if (isReported || share < Number(awaited)) return;
    isReported = true;
    process.send?.('migrating');
  },
});
await store.close();
process.send?.('migrated');
setInterval(() => {}, 60_000); // until killed

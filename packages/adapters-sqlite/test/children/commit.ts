// Usage: `commit.ts PATH COUNT`. Stores events one after another and exits without closing the store.
import { randomUUID } from 'node:crypto';
import { createSqliteEventStore } from '@event-tracker/adapters-sqlite';
import { appendBatch } from '@event-tracker/core/store';

const [, , path = '', count = '0'] = process.argv;
const store = await createSqliteEventStore({ path });
for (let n = 0; n < Number(count); n++) {
  const event = { id: randomUUID(), event_type: 'login', timestamp: '2025-01-01T12:00:00Z', payload: { n } };
  await appendBatch(store, [event]);
}
process.disconnect?.();

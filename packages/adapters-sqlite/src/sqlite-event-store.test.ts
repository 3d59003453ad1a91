import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeEventStore, TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { useTemporaryFolder } from '../test/support/temporary-folder.ts';
import { createSqliteEventStore } from './sqlite-event-store.ts';

const folder = useTemporaryFolder();

describeEventStore('SQLite event store', {
  open: (place) => createSqliteEventStore({ path: join(folder, place, 'events.sqlite'), deadlines: TEST_DEADLINES }),
  isReusable: true,
  delete: (place) => rmSync(join(folder, place), { recursive: true }),
});

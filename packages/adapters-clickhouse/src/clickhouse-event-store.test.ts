import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { describeEventStore } from '@event-tracker/event-store-conformance';
import { createChdbConnection } from 'chdb/connection';
import { createClickHouseEventStore } from './clickhouse-event-store.ts';

/** The contract says nothing of the speed of the machine that runs the tests. */
const PATIENT = { appendMs: 30_000, getMs: 30_000, queryMs: 30_000, aggregateMs: 60_000, deleteMs: 30_000, pingMs: 30_000 };

const path = mkdtempSync(join('/dev/shm', 'ch-'));
const admin = createClient({ connection: createChdbConnection({ path }) });

describeEventStore('ClickHouse event store', {
  open: (place) => createClickHouseEventStore({ url: `clickhouse://in-process/${place}`, connection: createChdbConnection({ path }), deadlines: PATIENT }),
  remove: async (place) => { await admin.command({ query: `DROP DATABASE IF EXISTS ${place} SYNC` }); },
});

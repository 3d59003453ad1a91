import { describeEventStore } from '@event-tracker/event-store-conformance';
import { describe, inject } from 'vitest';
import { dropSchema } from '../test/schemas.ts';
import { createPostgresEventStore } from './postgres-event-store.ts';

const url = inject('postgresUrl') ?? '';

/** The contract says nothing of the speed of the machine that runs the tests. */
const PATIENT = { appendMs: 30_000, getMs: 30_000, queryMs: 30_000, aggregateMs: 60_000, pingMs: 30_000 };

describe.skipIf(url === '')('with PostgreSQL', () => {
  describeEventStore('PostgreSQL event store', {
    open: (schema) => createPostgresEventStore({ url, schema, deadlines: PATIENT }),
    remove: (schema) => dropSchema(url, schema),
  });
});

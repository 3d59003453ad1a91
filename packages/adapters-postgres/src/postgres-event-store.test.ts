import { describeEventStore, TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { describe, inject } from 'vitest';
import { dropSchema } from '../test/schemas.ts';
import { createPostgresEventStore } from './postgres-event-store.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('with PostgreSQL', () => {
  describeEventStore('PostgreSQL event store', {
    open: (schema) => createPostgresEventStore({ url, schema, deadlines: TEST_DEADLINES }),
    isShared: true,
    isReusable: true,
    delete: (schema) => dropSchema(url, schema),
  });
});

import { describeEventStore, PATIENT_DEADLINES } from '@event-tracker/event-store-conformance';
import { describe, inject } from 'vitest';
import { dropSchema } from '../test/schemas.ts';
import { createPostgresEventStore } from './postgres-event-store.ts';

const url = inject('postgresUrl') ?? '';

describe.skipIf(url === '')('with PostgreSQL', () => {
  describeEventStore('PostgreSQL event store', {
    open: (schema) => createPostgresEventStore({ url, schema, deadlines: PATIENT_DEADLINES }),
    isShared: true,
    remove: (schema) => dropSchema(url, schema),
  });
});

import type { Event, EventTypeSummary, NewEvent, StatsRow } from '@event-tracker/core';
import type { BatchResult } from './schemas.ts';

/* All examples are about one user, who logs in and out. */

export const NEW_EVENT = {
  event_type: 'login',
  timestamp: '2025-01-01T12:00:00Z',
  payload: { user_id: 1, tags: ['web'] },
} satisfies NewEvent;

export const EVENT: Event = { id: '01941f29-7c00-7d0e-9f3b-5a2c81e6b704', ...NEW_EVENT };

const LATER_EVENT: Event = {
  id: '0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a',
  event_type: 'logout',
  timestamp: '2025-01-01T18:00:00.5Z',
  payload: { user_id: 1 },
};

export const EVENTS: readonly Event[] = [EVENT, LATER_EVENT];

/** New events without and with an id. */
export const NEW_EVENTS: readonly NewEvent[] = [NEW_EVENT, LATER_EVENT];

/** An event as a CloudEvent, with an id that is not a UUID. */
export const CLOUD_EVENT = {
  specversion: '1.0',
  id: 'order-17/1',
  source: '/shop',
  type: 'order.created',
  time: '2025-01-01T12:00:00Z',
  data: { order_id: 17 },
};

export const BATCH_RESULT: BatchResult = {
  accepted: 1,
  duplicates: 1,
  ids: EVENTS.map(({ id }) => id),
  duplicate_indexes: [1],
};

/** An event that does not match the schema of its type. */
const INVALID_EVENT = { ...NEW_EVENT, payload: { user_id: 'one' } };

export const QUARANTINED_EVENT: Event = {
  id: '8a6e0804-2bd0-5672-b79d-d97027f9071a',
  event_type: 'quarantine.login',
  timestamp: '2025-01-01T12:00:01Z',
  payload: {
    problems: [
      {
        pointer: '/payload/user_id',
        code: 'schema_violation',
        detail: 'must be integer',
        keyword: 'type',
        schema: 'login.json',
      },
    ],
    protocol: 'event-tracker',
    received_at: '2025-01-01T12:00:01Z',
    event: INVALID_EVENT,
  },
};

export const QUARANTINED_BATCH_RESULT: BatchResult = {
  accepted: 1,
  duplicates: 0,
  ids: [EVENT.id, QUARANTINED_EVENT.id],
  duplicate_indexes: [],
  quarantined: 1,
  quarantined_indexes: [1],
};

export const STATS: readonly StatsRow[] = [
  { bucket: '2025-01-01T00:00:00Z', group: 'login', value: 1 },
  { bucket: '2025-01-01T00:00:00Z', group: 'logout', value: 1 },
];

export const EVENT_TYPES: readonly EventTypeSummary[] = EVENTS.map(({ event_type, timestamp }) => ({
  event_type,
  count: 1,
  first: timestamp,
  last: timestamp,
}));

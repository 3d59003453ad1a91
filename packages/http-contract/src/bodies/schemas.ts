import type { EventTypeSummary, StatsRow } from '@event-tracker/core';
import type { StoreGuarantees } from '@event-tracker/core/store';
import * as v from 'valibot';
import {
  ProblemCodeSchema,
  ProblemDocumentSchema,
  ProblemItemSchema,
  ProblemTypeSchema,
} from '../problems/problem-document.ts';
import { EventIdSchema, EventTypeSchema, PayloadSchema, TimestampSchema } from './event-members.ts';

/* The schemas of all bodies. The OpenAPI document refers to them by name. */

const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

/** An event as clients submit it. Other members are rejected. */
export const NewEventBodySchema = v.strictObject({
  id: v.optional(EventIdSchema),
  event_type: EventTypeSchema,
  timestamp: TimestampSchema,
  payload: PayloadSchema,
});

export const EventSchema = v.strictObject({ ...NewEventBodySchema.entries, id: EventIdSchema });

/** A CloudEvent in the JSON format; further members are extension attributes. */
export const CloudEventSchema = v.objectWithRest(
  {
    specversion: v.literal('1.0'),
    id: v.pipe(v.string(), v.nonEmpty()),
    source: v.pipe(v.string(), v.nonEmpty()),
    type: EventTypeSchema,
    time: TimestampSchema,
    subject: v.exactOptional(v.string()),
    datacontenttype: v.exactOptional(v.string()),
    dataschema: v.exactOptional(v.string()),
    data: v.exactOptional(v.unknown()),
    data_base64: v.exactOptional(v.string()),
  },
  v.unknown(),
);

/** The result of a batch. */
export const BatchResultSchema = v.strictObject({
  accepted: v.pipe(wholeNumber, v.description('Number of events that this request stored.')),
  duplicates: v.pipe(
    wholeNumber,
    v.description('Number of events that were stored before, with the same id and the same content.'),
  ),
  ids: v.pipe(v.array(EventIdSchema), v.description('The id of each event, in the order of the request.')),
  duplicate_indexes: v.pipe(v.array(wholeNumber), v.description('Indexes of the duplicates in the request, from 0.')),
  quarantined: v.exactOptional(
    v.pipe(
      wholeNumber,
      v.description(
        'Number of events that are quarantined; absent if there are none. `accepted` does not include them.',
      ),
    ),
  ),
  quarantined_indexes: v.exactOptional(
    v.pipe(v.array(wholeNumber), v.description('Indexes of the quarantined events in the request, from 0.')),
  ),
});

export type BatchResult = v.InferOutput<typeof BatchResultSchema>;

/** Number of events that were deleted, or that a dry run found. */
export const DeletionSchema = v.union([
  v.strictObject({ deleted: v.pipe(wholeNumber, v.description('Number of events that were deleted.')) }),
  v.strictObject({ matched: v.pipe(wholeNumber, v.description('Number of events that would be deleted.')) }),
]);

export type Deletion = v.InferOutput<typeof DeletionSchema>;

/** Result of a replay. */
export const ReplaySchema = v.strictObject({
  replayed: v.pipe(wholeNumber, v.description('Number of events that are now stored, or would be.')),
  still_invalid: v.pipe(
    wholeNumber,
    v.description('Number of events that stay in quarantine: still invalid, or with the id of another event.'),
  ),
});

export type Replay = v.InferOutput<typeof ReplaySchema>;

/** The schema of an event type, in the list of all. */
export const TypeSchemaSchema = v.strictObject({
  event_type: v.pipe(
    v.string(),
    v.metadata({ description: 'An event type, or a prefix followed by `*`.', examples: ['login', 'order.*'] }),
  ),
  file: v.pipe(v.string(), v.description('Name of the file of the schema.')),
  mode: v.pipe(
    v.picklist(['enforce', 'quarantine', 'warn']),
    v.description(
      'What happens to an event that does not match: it is rejected with `schema_violation`, quarantined, or stored.',
    ),
  ),
});

export type TypeSchema = v.InferOutput<typeof TypeSchemaSchema>;

export const StatsRowSchema: v.GenericSchema<unknown, StatsRow> = v.strictObject({
  bucket: v.pipe(
    v.nullable(v.string()),
    v.metadata({
      description: 'Start of the bucket, with the local offset; null without `interval`.',
      examples: ['2025-01-01T00:00:00Z'],
    }),
  ),
  group: v.pipe(
    v.union([v.string(), v.number(), v.boolean(), v.null()]),
    v.description(
      'Value that the events of the group share; null without `group_by`, if the path is missing, and for the rest.',
    ),
  ),
  value: v.pipe(
    v.nullable(v.number()),
    v.description('The metric; null for an average, minimum or maximum of no numbers.'),
  ),
  other: v.exactOptional(
    v.pipe(v.literal(true), v.description('Present on the row of the rest: all events in none of the top groups.')),
  ),
});

export const EventTypeSummarySchema: v.GenericSchema<unknown, EventTypeSummary> = v.strictObject({
  event_type: EventTypeSchema,
  count: v.pipe(wholeNumber, v.description('Number of events of this type.')),
  first: v.pipe(TimestampSchema, v.description('Timestamp of the earliest event.')),
  last: v.pipe(TimestampSchema, v.description('Timestamp of the latest event.')),
});

export const LivenessSchema = v.strictObject({ status: v.literal('alive') });

const guarantees: v.GenericSchema<unknown, StoreGuarantees> = v.strictObject({
  durability: v.pipe(
    v.picklist(['process', 'disk', 'replicated']),
    v.description('What a stored event outlives: nothing but the request, the process, or the machine.'),
  ),
  conflicts: v.picklist(['exact', 'best effort']),
  batches: v.picklist(['exact', 'best effort']),
  following: v.pipe(
    v.picklist(['exact', 'delayed']),
    v.description('Whether followers receive every event as it is stored, or after a delay.'),
  ),
});

export const ReadinessSchema = v.strictObject({
  status: v.literal('ready'),
  version: v.pipe(v.string(), v.description('The version of the server.')),
  store: v.pipe(v.string(), v.description('Kind of the store: `memory`, `sqlite`, `postgres` or `clickhouse`.')),
  guarantees,
  store_damage: v.exactOptional(
    v.pipe(
      v.literal('changes_missing'),
      v.description('Changes that were acknowledged were missing when the store was opened; the log has their number.'),
    ),
  ),
  rate_limit: v.exactOptional(
    v.pipe(
      v.picklist(['shared', 'local']),
      v.description(
        'Present if `REDIS_URL` is set: whether clients are counted together with other servers, or by this server alone while Redis is unavailable.',
      ),
    ),
  ),
});

export type Readiness = v.InferOutput<typeof ReadinessSchema>;

export const ProblemKindSchema = v.strictObject({
  type: ProblemTypeSchema,
  code: ProblemCodeSchema,
  status: wholeNumber,
  title: v.string(),
  cause: v.string(),
  cure: v.string(),
});

export const SCHEMAS = {
  NewEvent: NewEventBodySchema,
  Event: EventSchema,
  CloudEvent: CloudEventSchema,
  BatchResult: BatchResultSchema,
  Deletion: DeletionSchema,
  Replay: ReplaySchema,
  TypeSchema: TypeSchemaSchema,
  StatsRow: StatsRowSchema,
  EventTypeSummary: EventTypeSummarySchema,
  Liveness: LivenessSchema,
  Readiness: ReadinessSchema,
  ProblemKind: ProblemKindSchema,
  ProblemPlace: ProblemItemSchema,
  Problem: ProblemDocumentSchema,
};

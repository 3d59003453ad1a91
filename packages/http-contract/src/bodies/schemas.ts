import type { EventTypeSummary, StatsRow } from '@event-tracker/core';
import { NewEventSchema } from '@event-tracker/core/schemas';
import type { StoreGuarantees } from '@event-tracker/core/store';
import * as v from 'valibot';
import {
  ProblemCodeSchema,
  ProblemDocumentSchema,
  ProblemItemSchema,
  ProblemTypeSchema,
} from '../problems/problem-document.ts';

/* What goes over the wire. By these names the OpenAPI document refers to it. */

export const EventIdSchema = v.unwrap(NewEventSchema.entries.id);
const { event_type, timestamp, payload } = NewEventSchema.entries;
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));

/** An event as clients submit it. No other members: they would be refused. */
export const NewEventBodySchema = v.strictObject(NewEventSchema.entries);

export const EventSchema = v.strictObject({ id: EventIdSchema, event_type, timestamp, payload });

/** What became of a batch. */
export const BatchResultSchema = v.strictObject({
  accepted: v.pipe(wholeNumber, v.description('How many events were stored by this request.')),
  duplicates: v.pipe(wholeNumber, v.description('How many were stored already: same id, same content.')),
  ids: v.pipe(v.array(EventIdSchema), v.description('The id of each event, in the order of the request.')),
  duplicate_indexes: v.pipe(v.array(wholeNumber), v.description('Where in the request the duplicates stand, from 0.')),
});

export type BatchResult = v.InferOutput<typeof BatchResultSchema>;

/** How many events a removal has removed, or a dry run has found. */
export const DeletionSchema = v.union([
  v.strictObject({ deleted: v.pipe(wholeNumber, v.description('How many events were removed.')) }),
  v.strictObject({ matched: v.pipe(wholeNumber, v.description('How many events would be removed.')) }),
]);

export type Deletion = v.InferOutput<typeof DeletionSchema>;

export const StatsRowSchema: v.GenericSchema<unknown, StatsRow> = v.strictObject({
  bucket: v.pipe(
    v.nullable(v.string()),
    v.metadata({
      description: 'Where the bucket starts, with the local offset; null without `interval`.',
      examples: ['2025-01-01T00:00:00Z'],
    }),
  ),
  group: v.pipe(
    v.union([v.string(), v.number(), v.boolean(), v.null()]),
    v.description(
      'What the events of the group share; null without `group_by`, where the path is missing, and for the rest.',
    ),
  ),
  value: v.pipe(
    v.nullable(v.number()),
    v.description('The metric; null for an average, least or greatest number where there is no number.'),
  ),
  other: v.exactOptional(
    v.pipe(v.literal(true), v.description('There for the rest: all events that are in none of the top groups.')),
  ),
});

export const EventTypeSummarySchema: v.GenericSchema<unknown, EventTypeSummary> = v.strictObject({
  event_type,
  count: v.pipe(wholeNumber, v.description('How many events are of this type.')),
  first: v.pipe(timestamp, v.description('When the earliest of them happened.')),
  last: v.pipe(timestamp, v.description('When the latest of them happened.')),
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
    v.description('Whether clients that follow get every event as it is stored, or after a delay.'),
  ),
});

export const ReadinessSchema = v.strictObject({
  status: v.literal('ready'),
  version: v.pipe(v.string(), v.description('The version of the server.')),
  store: v.string(),
  guarantees,
  rate_limit: v.exactOptional(
    v.pipe(
      v.picklist(['shared', 'local']),
      v.description(
        'Where `REDIS_URL` is set: whether clients are counted together with other servers, or by this one alone while Redis is away.',
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
  BatchResult: BatchResultSchema,
  Deletion: DeletionSchema,
  StatsRow: StatsRowSchema,
  EventTypeSummary: EventTypeSummarySchema,
  Liveness: LivenessSchema,
  Readiness: ReadinessSchema,
  ProblemKind: ProblemKindSchema,
  ProblemPlace: ProblemItemSchema,
  Problem: ProblemDocumentSchema,
};

import { MAX_EVENT_TYPE_LENGTH, MAX_PAYLOAD_DEPTH, NewEventSchema } from '@event-tracker/core/schemas';
import * as v from 'valibot';

/*
 * The members of an event, as the OpenAPI document describes them. Core checks what JSON Schema cannot express, so `metadata` has
 * the keywords that come closest.
 */
const { id, event_type, timestamp, payload } = NewEventSchema.entries;

/** The years of timestamps: the format date-time includes those from 0 to 9999. */
export const YEARS_PATTERN = '^(19\\d\\d|2[01]\\d\\d|22[0-5]\\d|226[0-2])-';

export const EventIdSchema = v.pipe(
  v.unwrap(id),
  v.metadata({
    description: 'A UUID of any version, nil and max excepted; in lower case as soon as it is stored.',
    examples: ['01941f29-7c00-7d0e-9f3b-5a2c81e6b704'],
    format: 'uuid',
  }),
);

export const EVENT_TYPE_METADATA = {
  description: 'What kind of event it is: any text without control characters.',
  examples: ['login'],
  minLength: 1,
  maxLength: MAX_EVENT_TYPE_LENGTH,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
};

export const EventTypeSchema = v.pipe(event_type, v.metadata(EVENT_TYPE_METADATA));

export const TimestampSchema = v.pipe(
  timestamp,
  v.metadata({
    description:
      'When it happened: RFC 3339 with a zone, from 1900 to 2262-04-11, up to nine digits of a second. It is stored in UTC.',
    examples: ['2025-01-01T12:00:00Z'],
    format: 'date-time',
    pattern: YEARS_PATTERN,
  }),
);

export const PayloadSchema = v.pipe(
  payload,
  v.metadata({
    description: `What happened: any JSON object, nested at most ${MAX_PAYLOAD_DEPTH} deep.`,
    examples: [{ user_id: 1 }],
    type: 'object',
  }),
);

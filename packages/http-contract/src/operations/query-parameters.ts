import { FILTER_SCHEMAS, MAX_PAYLOAD_OPERAND_LENGTH, PAYLOAD_OPERATORS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import { EVENT_TYPE_METADATA, YEARS_PATTERN } from '../bodies/event-members.ts';
import type { QueryParameter } from './operation.ts';

type QueryParameters = Readonly<Record<string, QueryParameter>>;
type Metadata = Readonly<Record<string, unknown>>;

const PAYLOAD_DESCRIPTION = `\`payload.PATH=VALUE\` or \`payload.PATH[OPERATOR]=VALUE\`: what the payload has at a path, as in
\`payload.amount[gte]=10\`. Repeat it, with the same path or another, for events that meet all of them.

**PATH** is member names joined by dots, \`payload.user.id\`; a name with a dot or bracket in it is written as a JSON
string, \`payload."a.b".c\`. Arrays on the way, nested ones too, stand for each of their elements.

**VALUE** is a number, \`true\`, \`false\`, \`null\`, a JSON string in quotes, or bare text.

| OPERATOR | The value there |
| --- | --- |
| none | equals; a bare \`42\` equals the number and the string, \`"42"\` in quotes the string alone |
| \`ne\` | does not equal, or is missing |
| \`gt\` \`gte\` \`lt\` \`lte\` | is greater or less: a number is compared with numbers, anything else with strings by code point |
| \`in\` | equals any of a list with commas; a value with a comma is written as a JSON string |
| \`exists\` | is present, \`true\`, or absent, \`false\`; null is present |
| \`prefix\` \`contains\` | is a string that begins with it, or contains it; case-sensitive |
| \`icontains\` | is a string that contains it, ignoring case |`;

/** The elements of a list of event types. */
const EVENT_TYPES = { items: { type: 'string', ...EVENT_TYPE_METADATA } };

const TIME_BOUND = {
  anyOf: [{ format: 'date-time' }, { format: 'date' }],
  pattern: YEARS_PATTERN,
  examples: ['2025-01-01T12:00:00Z', '2025-01-01'],
};

const FILTERS = describeSchemas(FILTER_SCHEMAS, {
  event_type: { description: 'Events of exactly this type, or of one of several types.', ...EVENT_TYPES },
  'event_type[prefix]': {
    description:
      'Events whose type begins with this prefix, or with one of several. With `event_type` as well, one of the two must match.',
    ...EVENT_TYPES,
  },
  start: {
    description: 'Events at this time or later: RFC 3339 with a zone, or a date, which means the start of that day.',
    ...TIME_BOUND,
  },
  end: {
    description: 'Events at this time or earlier: RFC 3339 with a zone, or a date, which means the end of that day.',
    ...TIME_BOUND,
  },
  q: {
    description:
      'Events that contain this text, ignoring case: in their type, or in a string or number anywhere in their payload. Repeat it for events that contain all of several texts.',
    items: {
      type: 'string',
      minLength: 1,
      maxLength: MAX_PAYLOAD_OPERAND_LENGTH,
      pattern: '^[^\\u0000]*$',
      examples: ['timeout'],
    },
  },
});

/** The filter parameters of all read operations. */
export const FILTER_PARAMETERS: QueryParameters = {
  event_type: { schema: FILTERS.event_type, occurs: 'repeatable' },
  'event_type[prefix]': { schema: FILTERS['event_type[prefix]'], occurs: 'repeatable' },
  start: { schema: FILTERS.start, occurs: 'once' },
  end: { schema: FILTERS.end, occurs: 'once' },
  q: { schema: FILTERS.q, occurs: 'repeatable' },
  'payload.*': {
    occurs: 'repeatable',
    examples: {
      'No filter': {},
      'A user': { 'payload.user_id': '1' },
      'Large amounts in euros': { 'payload.amount[gte]': '10', 'payload.currency': 'EUR' },
    },
    schema: v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(new RegExp(`^payload\\..+?(\\[(${PAYLOAD_OPERATORS.join('|')})\\])?$`))),
        v.pipe(v.string(), v.maxLength(MAX_PAYLOAD_OPERAND_LENGTH)),
      ),
      v.metadata({
        description: PAYLOAD_DESCRIPTION,
        examples: [{ 'payload.user_id': '1', 'payload.amount[gte]': '10' }],
        default: {},
      }),
    ),
  },
};

/** Adds descriptions and keywords of JSON Schema to the schemas of core. */
export function describeSchemas<Name extends string>(
  schemas: Readonly<Record<Name, v.GenericSchema>>,
  metadata: Readonly<Record<Name, Metadata>>,
): Readonly<Record<Name, v.GenericSchema>> {
  const metadataOf: Readonly<Record<string, Metadata | undefined>> = metadata;
  const described = Object.entries<v.GenericSchema>(schemas).map(([name, schema]) => {
    return [name, v.pipe(schema, v.metadata(metadataOf[name] ?? {}))];
  });
  return Object.fromEntries(described);
}

/** Returns the parameters of an operation in addition to the filters. */
export function once(schemas: v.ObjectEntries): QueryParameters {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, { schema, occurs: 'once' }]));
}

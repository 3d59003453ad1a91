import { FILTER_SCHEMAS, MAX_PAYLOAD_OPERAND_LENGTH, PAYLOAD_OPERATORS } from '@event-tracker/core/schemas';
import * as v from 'valibot';
import type { QueryParameter } from './operation.ts';

type QueryParameters = Readonly<Record<string, QueryParameter>>;

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

/** The filter parameters of all read operations. */
export const FILTER_PARAMETERS: QueryParameters = {
  event_type: { schema: FILTER_SCHEMAS.event_type, occurs: 'repeatable' },
  'event_type[prefix]': { schema: FILTER_SCHEMAS['event_type[prefix]'], occurs: 'repeatable' },
  start: { schema: FILTER_SCHEMAS.start, occurs: 'once' },
  end: { schema: FILTER_SCHEMAS.end, occurs: 'once' },
  q: { schema: FILTER_SCHEMAS.q, occurs: 'repeatable' },
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

/** Returns the parameters of an operation in addition to the filters, as defined by core. */
export function once(schemas: v.ObjectEntries): QueryParameters {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, { schema, occurs: 'once' }]));
}

import * as v from 'valibot';
import { TypeSchemaSchema } from '../bodies/schemas.ts';
import type { Operation } from './operation.ts';

/** Media type of a JSON Schema. */
export const SCHEMA_MEDIA_TYPE = 'application/schema+json';

export const GET_SCHEMAS: Operation = {
  id: 'getSchemas',
  method: 'GET',
  path: '/schemas',
  scope: 'read',
  tag: 'Schemas',
  summary: 'List schemas',
  description: 'Returns the event types that have a schema, ordered by event type. The operator sets them as files.',
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'The list; empty if there are no schemas.',
      headers: [],
      body: {
        'application/json': {
          schema: v.array(TypeSchemaSchema),
          examples: {
            'Two schemas': [
              { event_type: 'login', file: 'login.json', mode: 'enforce' },
              { event_type: 'order.*', file: 'order.*.json', mode: 'quarantine' },
            ],
          },
        },
      },
    },
  ],
  problems: ['rate_limited'],
};

export const GET_SCHEMA: Operation = {
  id: 'getSchema',
  method: 'GET',
  path: '/schemas/{event_type}',
  scope: 'read',
  tag: 'Schemas',
  summary: 'Get the schema of an event type',
  description:
    'Returns the JSON Schema (2020-12) that applies to the payloads of an event type: the one of this type, else the one with the longest prefix.',
  pathParameters: {
    event_type: v.pipe(v.string(), v.metadata({ description: 'An event type.', examples: ['login'] })),
  },
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'The schema.',
      headers: [],
      body: {
        [SCHEMA_MEDIA_TYPE]: {
          schema: v.union([v.looseObject({}), v.boolean()]),
          examples: { 'A schema': { properties: { user_id: { type: 'integer' } }, required: ['user_id'] } },
        },
      },
    },
  ],
  problems: ['not_found', 'rate_limited'],
};

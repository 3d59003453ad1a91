import * as v from 'valibot';
import { LivenessSchema, ReadinessSchema } from '../bodies/schemas.ts';
import type { Operation } from './operation.ts';

export const GET_LIVENESS: Operation = {
  id: 'getLiveness',
  method: 'GET',
  path: '/livez',
  scope: 'open',
  tag: 'Operation',
  summary: 'Ask whether the process is alive',
  description: 'Answers as long as the process does. Requests of it are not limited.',
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'It is.',
      headers: [],
      body: { 'application/json': { schema: LivenessSchema, examples: { Alive: { status: 'alive' } } } },
    },
  ],
  problems: [],
};

export const GET_READINESS: Operation = {
  id: 'getReadiness',
  method: 'GET',
  path: '/readyz',
  scope: 'open',
  tag: 'Operation',
  summary: 'Ask whether the server can do its work',
  description: 'Answers 200 while the store works and the server is not about to stop. Requests of it are not limited.',
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'It can: with this store, which guarantees this much.',
      headers: [],
      body: {
        'application/json': {
          schema: ReadinessSchema,
          examples: {
            Ready: {
              status: 'ready',
              version: '0.1.0',
              store: 'memory:',
              guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact', following: 'exact' },
            },
          },
        },
      },
    },
  ],
  problems: ['internal', 'store_unavailable', 'store_timeout', 'draining'],
};

export const GET_METRICS: Operation = {
  id: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  scope: 'admin',
  tag: 'Operation',
  summary: 'Get metrics',
  description:
    'What the server counts and measures, in the text format of Prometheus. Requests of it are not limited, unless their key is wrong. With `METRICS_ADDRESS` it stands there instead.',
  queryParameters: {},
  requestHeaders: ['Accept-Encoding'],
  responses: [
    {
      status: 200,
      description: 'All metrics.',
      headers: ['Cache-Control', 'Vary', 'Content-Encoding'],
      body: {
        'text/plain': {
          schema: v.string(),
          examples: {
            'A counter': `# HELP event_tracker_events_stored_total Events that were stored.
# TYPE event_tracker_events_stored_total counter
event_tracker_events_stored_total 1707
`,
          },
        },
      },
    },
  ],
  counts: 'wrong keys',
  problems: ['rate_limited'],
};

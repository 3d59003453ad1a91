import * as v from 'valibot';
import { LivenessSchema, ReadinessSchema } from '../bodies/schemas.ts';
import type { Operation } from './operation.ts';

export const GET_LIVENESS: Operation = {
  id: 'getLiveness',
  method: 'GET',
  path: '/livez',
  scope: 'open',
  tag: 'Operation',
  summary: 'Check that the process is alive',
  description: 'Returns 200 while the process runs. These requests are not rate-limited.',
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'The process is alive.',
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
  summary: 'Check that the server is ready',
  description: 'Returns 200 while the store works and the server is not stopping. These requests are not rate-limited.',
  queryParameters: {},
  responses: [
    {
      status: 200,
      description: 'The server is ready: its store, and the guarantees of the store.',
      headers: [],
      body: {
        'application/json': {
          schema: ReadinessSchema,
          examples: {
            Ready: {
              status: 'ready',
              version: '0.1.0',
              store: 'memory',
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
    'Returns the metrics of the server in the text format of Prometheus. Only requests with a wrong key are rate-limited. If `METRICS_ADDRESS` is set, the metrics are served there instead.',
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

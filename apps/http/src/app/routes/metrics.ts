import { GET_METRICS } from '@event-tracker/http-contract';
import { respondText } from '../../response/respond.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Routes } from './routes.ts';

/** Adds the route that Prometheus scrapes. */
export function addMetricsRoutes(routes: Routes, { registry }: Pick<Metrics, 'registry'>): void {
  routes.add(GET_METRICS, async (c) =>
    respondText(c, 200, await registry.metrics(), {
      'Content-Type': registry.contentType,
      'Cache-Control': 'private, no-cache',
      Vary: 'Accept-Encoding',
    }),
  );
}

import type { LocalEventTracker } from '@event-tracker/core';
import type { Readiness } from '@event-tracker/http-contract';
import { createRequestError, GET_LIVENESS, GET_READINESS } from '@event-tracker/http-contract';
import type { SharedCounts } from '../../rate-limit/shared-counts.ts';
import { respondJson } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

export interface ProbeRoutesDependencies {
  readonly tracker: Pick<LocalEventTracker, 'guarantees' | 'ping'>;
  readonly storeName: string;
  /** `undefined` where the server counts alone in any case. */
  readonly sharedCounts?: Pick<SharedCounts, 'isDegraded'> | undefined;
  readonly isDraining: () => boolean;
  /** The version of the server. */
  readonly version: string;
}

/** What an orchestrator asks: whether the process is alive, and whether it can do its work. */
export function addProbeRoutes(routes: Routes, dependencies: ProbeRoutesDependencies): void {
  const { tracker, storeName, sharedCounts, isDraining, version } = dependencies;
  routes.add(GET_LIVENESS, (c) => respondJson(c, 200, { status: 'alive' }));

  routes.add(GET_READINESS, async (c) => {
    if (isDraining()) throw createRequestError('draining', 'this server is about to stop');
    await tracker.ping();
    const readiness: Readiness = { status: 'ready', version, store: storeName, guarantees: tracker.guarantees };
    if (sharedCounts) readiness.rate_limit = sharedCounts.isDegraded() ? 'local' : 'shared';
    return respondJson(c, 200, readiness);
  });
}

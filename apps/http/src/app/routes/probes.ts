import type { LocalEventTracker } from '@event-tracker/core';
import type { Readiness } from '@event-tracker/http-contract';
import { createRequestError, GET_LIVENESS, GET_READINESS } from '@event-tracker/http-contract';
import type { SharedCounts } from '../../rate-limit/shared-counts.ts';
import { respondJson } from '../../response/respond.ts';
import { cacheCheck } from '../cached-check.ts';
import type { Routes } from './routes.ts';

export interface ProbeRoutesDependencies {
  readonly tracker: Pick<LocalEventTracker, 'guarantees' | 'ping'>;
  /** Kind of the store, e.g. `memory`. Probes are public, so they show neither address nor path. */
  readonly storeKind: string;
  /** True if acknowledged changes were missing when the store was opened. */
  readonly isStoreDamaged?: boolean | undefined;
  /** `undefined` if the server counts alone. */
  readonly sharedCounts?: Pick<SharedCounts, 'isDegraded'> | undefined;
  readonly isDraining: () => boolean;
  /** The version of the server. */
  readonly version: string;
}

/** Adds the liveness and readiness probes of orchestrators. */
export function addProbeRoutes(routes: Routes, dependencies: ProbeRoutesDependencies): void {
  const { tracker, storeKind, isStoreDamaged, sharedCounts, isDraining, version } = dependencies;
  const checkStore = cacheCheck(() => tracker.ping());
  routes.add(GET_LIVENESS, (c) => respondJson(c, 200, { status: 'alive' }));

  routes.add(GET_READINESS, async (c) => {
    if (isDraining()) throw createRequestError('draining', 'this server is stopping');
    await checkStore();
    const readiness: Readiness = { status: 'ready', version, store: storeKind, guarantees: tracker.guarantees };
    if (isStoreDamaged) readiness.store_damage = 'changes_missing';
    if (sharedCounts) readiness.rate_limit = sharedCounts.isDegraded() ? 'local' : 'shared';
    return respondJson(c, 200, readiness);
  });
}

import type { EventStorePort } from '@event-tracker/core';
import { answerJson } from '../answer.ts';
import { GET_LIVENESS, GET_READINESS } from '../operations/probe-operations.ts';
import { createRequestError } from '../request-error.ts';
import type { Routes } from '../routes.ts';

export interface ProbeRoutesDependencies {
  readonly store: Pick<EventStorePort, 'guarantees' | 'ping'>;
  readonly storeName: string;
  readonly isDraining: () => boolean;
}

/** What an orchestrator asks: whether the process is alive, and whether it can do its work. */
export function addProbeRoutes(routes: Routes, { store, storeName, isDraining }: ProbeRoutesDependencies): void {
  routes.add(GET_LIVENESS, (c) => answerJson(c, 200, { status: 'alive' }));

  routes.add(GET_READINESS, async (c) => {
    if (isDraining()) throw createRequestError('draining', 'this server is about to stop');
    await store.ping();
    return answerJson(c, 200, { status: 'ready', store: storeName, guarantees: store.guarantees });
  });
}

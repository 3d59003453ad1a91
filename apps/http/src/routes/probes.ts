import type { EventStorePort } from '@event-tracker/core';
import type { Hono } from 'hono';
import { answerJson } from '../answer.ts';
import type { AppEnv } from '../app-env.ts';
import { readQueryString } from '../query-string.ts';
import { createRequestError } from '../request-error.ts';

export interface ProbeRoutesDependencies {
  readonly store: Pick<EventStorePort, 'guarantees' | 'ping'>;
  readonly storeName: string;
  readonly isDraining: () => boolean;
}

/** What an orchestrator asks: whether the process is alive, and whether it can do its work. */
export function addProbeRoutes(app: Hono<AppEnv>, { store, storeName, isDraining }: ProbeRoutesDependencies): void {
  app.get('/livez', (c) => {
    readQueryString(c.req.url, {});
    return answerJson(c, 200, { status: 'alive' });
  });

  app.get('/readyz', async (c) => {
    readQueryString(c.req.url, {});
    if (isDraining()) throw createRequestError('draining', 'this server is about to stop');
    await store.ping();
    return answerJson(c, 200, { status: 'ready', store: storeName, guarantees: store.guarantees });
  });
}

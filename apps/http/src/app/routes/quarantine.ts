import type { LocalEventTracker } from '@event-tracker/core';
import type { QuarantineRecord } from '@event-tracker/core/schemas';
import { REPLAY_QUARANTINED, type Replay, readDryRun, readFilterQuery } from '@event-tracker/http-contract';
import { parseEventText } from '../../body/parse-json.ts';
import { readOptionsOf } from '../../request/read-options.ts';
import { respondJson } from '../../response/respond.ts';
import type { Routes } from './routes.ts';

export interface QuarantineRoutesDependencies {
  readonly tracker: Pick<LocalEventTracker, 'replayQuarantined'>;
  readonly limits: { readonly maxPayloadBytes: number };
}

/** Adds the route that submits quarantined events again. */
export function addQuarantineRoutes(routes: Routes, { tracker, limits }: QuarantineRoutesDependencies): void {
  // The text of an event was sent by a client: its length and depth are checked as those of every body.
  const read = ({ held }: QuarantineRecord): unknown =>
    'event' in held ? held.event : parseEventText(held.text, {}, limits.maxPayloadBytes);

  routes.add(REPLAY_QUARANTINED, async (c, parameters) => {
    const dryRun = readDryRun(parameters);
    const options = { ...readOptionsOf(c), dryRun, read };
    const { replayed, stillInvalid } = await tracker.replayQuarantined(readFilterQuery(parameters), options);
    const replay: Replay = { replayed, still_invalid: stillInvalid };
    return respondJson(c, 200, replay);
  });
}

import type { LocalEventTracker } from '@event-tracker/core';
import { createBatchTooLargeError } from '@event-tracker/core/schemas';
import type { AppendResult } from '@event-tracker/core/store';
import type { TranslatedItems } from '@event-tracker/event-formats';
import type { BodyBudget } from '../../body/body-budget.ts';
import { withDerivedIds } from '../../body/derived-ids.ts';
import { readBody } from '../../body/read-body.ts';
import type { SubmissionLimits } from '../../body/read-submission.ts';
import type { EventLimiter } from '../../rate-limit/event-limiter.ts';
import type { AppContext } from '../../request/app-env.ts';
import { observationOf } from '../../telemetry/observation.ts';
import type { IngestProtocol } from './protocols.ts';
import { submitWhole, translateAll } from './submit-translated.ts';

export interface IngestDependencies {
  readonly tracker: LocalEventTracker;
  readonly bodyBudget: BodyBudget;
  readonly limits: SubmissionLimits & { readonly maxBatchEvents: number };
  /** `undefined` if events are not limited. */
  readonly eventLimiter: EventLimiter | undefined;
}

/** A document of a foreign protocol, as far as it was read. */
export interface ForeignDocument {
  /** True if errors name the index of an item. */
  readonly isBatch: boolean;
  readonly items: TranslatedItems;
}

/** How the requests of an operation are read and responded to. */
export interface Ingestion {
  readonly protocol: IngestProtocol;
  read(body: Buffer): ForeignDocument | Promise<ForeignDocument>;
  respond(results: readonly AppendResult[], document: ForeignDocument): Response;
}

/**
 * Stores the events of a document in a foreign format, in the steps of every submit: counted body, limits, translation,
 * submit.
 *
 * @throws the errors of `readBody` and of `submitEvents`, or RequestError malformed_json
 */
export async function ingest(
  c: AppContext,
  { tracker, bodyBudget, limits, eventLimiter }: IngestDependencies,
  { protocol, read, respond }: Ingestion,
): Promise<Response> {
  const observation = observationOf(c.env.outgoing);
  observation.protocol = protocol;
  const share = bodyBudget.open();
  try {
    const document = await read(await readBody(c.env, limits.maxBodyBytes, share));
    const { items, isBatch } = document;
    if (items.length > limits.maxBatchEvents)
      throw createBatchTooLargeError({ events: items.length, maxEvents: limits.maxBatchEvents });
    c.set('placeOf', isBatch ? (index) => ({ index }) : () => ({}));
    observation.eventsSubmitted = items.length;
    if (eventLimiter) await eventLimiter.take(c, items.length);
    const { events, places } = await translateAll(items);
    const results = await submitWhole(tracker, withDerivedIds(c, events), places);
    observation.eventsStored = results.filter(({ stored }) => stored).length;
    return respond(results, document);
  } finally {
    share.close();
  }
}

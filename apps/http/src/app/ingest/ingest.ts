import type { LocalEventTracker } from '@event-tracker/core';
import { createBatchTooLargeError, type SubmitOptions } from '@event-tracker/core/schemas';
import type { TranslatedItems } from '@event-tracker/event-formats';
import { type Handling, readHandling } from '@event-tracker/http-contract';
import type { AuthenticateBody } from '../../auth/authenticate-body.ts';
import type { BodyBudget, BodyShare } from '../../body/body-budget.ts';
import { withDerivedIds } from '../../body/derived-ids.ts';
import { inflateIfGzip, readBody } from '../../body/read-body.ts';
import type { SubmissionLimits } from '../../body/read-submission.ts';
import type { EventLimiter } from '../../rate-limit/event-limiter.ts';
import type { AppContext } from '../../request/app-env.ts';
import { notePreferenceApplied } from '../../response/preference-applied.ts';
import { noteResults, observationOf } from '../../telemetry/observation.ts';
import type { IngestProtocol } from './protocols.ts';
import { type ItemOutcome, refuseProblems, submitEach, submitWhole, translateAll } from './submit-translated.ts';

export interface IngestDependencies {
  readonly tracker: LocalEventTracker;
  readonly bodyBudget: BodyBudget;
  readonly limits: SubmissionLimits & { readonly maxBatchEvents: number };
  /** `undefined` if events are not limited. */
  readonly eventLimiter: EventLimiter | undefined;
  /** True if events of other systems that are not valid are quarantined, unless the client prefers a refusal. */
  readonly quarantinesInvalid: boolean;
  /** `undefined` if there are no keys. */
  readonly authenticateBody: AuthenticateBody | undefined;
}

/** A document of a foreign protocol, as far as it was read. */
export interface ForeignDocument {
  /** True if errors name the index of an item. */
  readonly isBatch: boolean;
  readonly items: TranslatedItems;
  /** The key in the document, if it has one. */
  readonly key?: string | undefined;
}

/** How the requests of an operation are read and responded to. */
export interface Ingestion<Document extends ForeignDocument = ForeignDocument> {
  readonly protocol: IngestProtocol;
  /** True if the protocol reports the outcome of each event: then all valid ones are stored. Otherwise all or none are. */
  readonly isPartial?: boolean;
  /** True if the key can be in the body. */
  readonly acceptsKeyInBody?: boolean;
  /** @param share of the memory for bodies, which is released after the response */
  read(body: Buffer, share: BodyShare): Document | Promise<Document>;
  respond(outcomes: readonly ItemOutcome[], document: Document): Response;
}

/**
 * Stores the events of a document in a foreign format, in the steps of every submit: counted body, key, limits, translation,
 * submit.
 *
 * @throws the errors of `readBody` and of `submitEvents`, or RequestError malformed_json
 */
export async function ingest<Document extends ForeignDocument>(
  c: AppContext,
  dependencies: IngestDependencies,
  ingestion: Ingestion<Document>,
): Promise<Response> {
  const { bodyBudget, limits, eventLimiter } = dependencies;
  const observation = observationOf(c.env.outgoing);
  observation.protocol = ingestion.protocol;
  const share = bodyBudget.open();
  try {
    const sent = await readBody(c.env, limits.maxBodyBytes, share);
    const body = ingestion.acceptsKeyInBody ? await inflateIfGzip(sent, limits.maxBodyBytes, share) : sent;
    const document = await readDocument(c, dependencies, ingestion, body, share);
    const { items, isBatch } = document;
    const preferred = readHandling(c.req.header('prefer'));
    const handling = preferred ?? (dependencies.quarantinesInvalid ? 'lenient' : undefined);
    if (items.length > limits.maxBatchEvents)
      throw createBatchTooLargeError({ events: items.length, maxEvents: limits.maxBatchEvents });
    c.set('placeOf', isBatch ? (index) => ({ index }) : () => ({}));
    if (c.req.method === 'HEAD') {
      // Checks the document and stores nothing: HEAD is safe (RFC 9110, 9.2.1).
      refuseProblems(await translateAll(items, handling === 'lenient'));
      return ingestion.respond([], document);
    }
    observation.eventsSubmitted = items.length;
    if (eventLimiter) await eventLimiter.take(c, items.length);
    const outcomes = await submit(c, dependencies, ingestion, items, handling);
    notePreferenceApplied(c, preferred);
    noteResults(
      observation,
      outcomes.flatMap((outcome) => ('result' in outcome ? outcome.result : [])),
    );
    observation.eventsRefused = outcomes.filter((outcome) => 'problem' in outcome).length;
    return ingestion.respond(outcomes, document);
  } finally {
    share.close();
  }
}

/** Reads a body, and the key in it: without a valid key, a client receives nothing else about its document. */
async function readDocument<Document extends ForeignDocument>(
  c: AppContext,
  { authenticateBody }: IngestDependencies,
  { read, acceptsKeyInBody }: Ingestion<Document>,
  body: Buffer,
  share: BodyShare,
): Promise<Document> {
  if (!acceptsKeyInBody || !authenticateBody) return read(body, share);
  let document: Document;
  try {
    document = await read(body, share);
  } catch (error) {
    authenticateBody(c, undefined);
    throw error;
  }
  authenticateBody(c, document.key);
  return document;
}

async function submit(
  c: AppContext,
  { tracker }: IngestDependencies,
  { isPartial, protocol }: Pick<Ingestion, 'isPartial' | 'protocol'>,
  items: TranslatedItems,
  handling: Handling | undefined,
): Promise<readonly ItemOutcome[]> {
  const translation = await translateAll(items, handling === 'lenient');
  const options: SubmitOptions = { protocol, handling };
  if (!isPartial) refuseProblems(translation);
  const inputs = withDerivedIds(c, translation.events);
  if (isPartial) return submitEach(tracker, [...inputs], translation, options);
  const results = await submitWhole(tracker, inputs, translation.places, options);
  return results.map((result) => ({ result }));
}

import type { Event, EventId, SubmitResult } from '@event-tracker/core';
import type { EventInputs, SubmitOptions } from '@event-tracker/core/schemas';
import { type BatchResult, ROUTES } from '@event-tracker/http-contract';
import { hasMember, isEvent, parseJson } from '../read/parse-json.ts';
import type { Call, CompleteResponse, Connection } from '../request/connection.ts';
import { createUnexpectedResponseError } from '../request/errors.ts';
import { type Preparation, prepareEvents } from './prepare-events.ts';

/**
 * Submits one event. Sends it again after temporary failures, with the same id.
 *
 * @throws InvalidEventError, or the errors of the server
 */
export async function submitEvent(
  connection: Connection,
  input: unknown,
  preparation: Preparation,
  { handling }: Pick<SubmitOptions, 'handling'> = {},
): Promise<Event> {
  const [prepared] = await prepareEvents([input], preparation);
  const event = prepared?.event as Event; // one for each input
  const call = {
    route: ROUTES.submitEvents,
    ...(handling && { headers: { Prefer: `handling=${handling}` } }),
    body: JSON.stringify(event),
    ids: [event.id],
  };
  const { body } = await connection.send(call, 'temporary failures');
  return parseJson(body, isEvent);
}

/**
 * Submits a batch, which is stored whole or not at all. Sends it again after temporary failures, with the same ids.
 *
 * @throws InvalidEventError, or the errors of the server
 */
export async function submitEvents(
  connection: Connection,
  inputs: EventInputs,
  preparation: Preparation,
): Promise<readonly SubmitResult[]> {
  const prepared = await prepareEvents(inputs, preparation);
  if (prepared.length === 0) return [];
  const call = batchCall(prepared.map(({ event }) => ({ id: event.id, text: JSON.stringify(event) })));
  const result = readBatchResult(await connection.send(call, 'temporary failures'), prepared.length);
  const duplicates = new Set(result.duplicate_indexes);
  // An event with a new id was not stored before this call, so a duplicate of it is the event of an earlier attempt.
  return prepared.map(({ hasNewId }, index) => ({
    id: result.ids[index] as EventId, // one for each event
    stored: hasNewId || !duplicates.has(index),
  }));
}

/** Returns the request that submits a batch: the id and the JSON of each event. */
export function batchCall(events: readonly { readonly id: EventId; readonly text: string }[]): Call {
  const ids = events.map(({ id }) => id);
  return { route: ROUTES.submitEvents, body: `[${events.map(({ text }) => text).join()}]`, ids };
}

/** @throws UnexpectedResponseError */
export function readBatchResult({ body, status }: CompleteResponse, count: number): BatchResult {
  const result = parseJson(body, isBatchResult);
  if (result.ids.length === count) return result;
  throw createUnexpectedResponseError('the server did not report a result for each event', status);
}

function isBatchResult(value: unknown): value is BatchResult {
  return hasMember('ids')(value) && hasMember('duplicate_indexes')(value);
}

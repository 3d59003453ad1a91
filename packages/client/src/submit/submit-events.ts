import type { Event, EventId, EventInputs, NewEvent, SubmitResult } from '@event-tracker/core';
import { type BatchResult, ROUTES } from '@event-tracker/http-contract';
import { hasMember, isEvent, parseJson } from '../read/parse-json.ts';
import type { Connection } from '../request/connection.ts';
import { createUnexpectedResponseError } from '../request/errors.ts';
import { prepareEvents } from './prepare-events.ts';

/**
 * Submits one event. Sends it again after temporary failures, with the same id.
 *
 * @throws InvalidEventError, or the errors of the server
 */
export async function submitEvent(connection: Connection, input: NewEvent, newId: () => EventId): Promise<Event> {
  const [prepared] = await prepareEvents([input], newId);
  const event = prepared?.event as Event; // one for each input
  const call = { route: ROUTES.submitEvents, body: JSON.stringify(event), ids: [event.id] };
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
  newId: () => EventId,
): Promise<readonly SubmitResult[]> {
  const prepared = await prepareEvents(inputs, newId);
  if (prepared.length === 0) return [];
  const call = {
    route: ROUTES.submitEvents,
    body: `[${prepared.map(({ event }) => JSON.stringify(event)).join()}]`,
    ids: prepared.map(({ event }) => event.id),
  };
  const { body, status } = await connection.send(call, 'temporary failures');
  const { ids, duplicate_indexes } = parseJson(body, isBatchResult);
  if (ids.length !== prepared.length)
    throw createUnexpectedResponseError('the server did not report a result for each event', status);
  const duplicates = new Set(duplicate_indexes);
  // An event with a new id was not stored before this call, so a duplicate of it is the event of an earlier attempt.
  return prepared.map(({ event: { id }, hasNewId }, index) => ({ id, stored: hasNewId || !duplicates.has(index) }));
}

function isBatchResult(value: unknown): value is BatchResult {
  return hasMember('ids')(value) && hasMember('duplicate_indexes')(value);
}

import type { EventInputs } from '@event-tracker/core/schemas';
import { createRequestError, IDEMPOTENCY_KEY_EXPECTED, isIdempotencyKey } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';
import { uuidV5 } from './uuid-v5.ts';

/** The namespace of ids that are derived from an Idempotency-Key. It must not change; otherwise a retry would be a new event. */
const NAMESPACE = '5b0e1f3c-8d7a-4c2e-9f64-a1d03b7e58c6';

/**
 * Adds an id to each event that has none, derived from the Idempotency-Key of the request, the name of the API key and the
 * index of the event. Returns the events unchanged if the request does not have the field.
 *
 * @throws RequestError bad_request if the field is not a valid idempotency key
 */
export function withDerivedIds(c: AppContext, inputs: EventInputs): EventInputs {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return inputs;
  if (!isIdempotencyKey(key)) throw createRequestError('bad_request', `Idempotency-Key: ${IDEMPOTENCY_KEY_EXPECTED}`);
  const owner = c.get('keyName') ?? null;
  return {
    length: inputs.length,
    ...(inputs.textOf && { textOf: inputs.textOf }),
    *[Symbol.iterator]() {
      let index = 0;
      for (const input of inputs) {
        const id = uuidV5(NAMESPACE, JSON.stringify([owner, key, index++]));
        yield isObject(input) && !Object.hasOwn(input, 'id') ? { id, ...input } : input;
      }
    },
  };
}

function isObject(input: unknown): input is object {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

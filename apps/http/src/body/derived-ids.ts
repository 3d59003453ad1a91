import { hash } from 'node:crypto';
import type { EventInputs } from '@event-tracker/core';
import { createRequestError, IDEMPOTENCY_KEY_EXPECTED, isIdempotencyKey } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';

/** The namespace of the ids that are derived from an Idempotency-Key. Another one would make every retry a new event. */
const NAMESPACE = Buffer.from('5b0e1f3c8d7a4c2e9f64a1d03b7e58c6', 'hex');

/**
 * Gives each event without an id one that is derived from the Idempotency-Key of the request, the name of the API key and
 * the index of the event. Without the field, the events stay as they are.
 *
 * @throws RequestError bad_request where the field is no idempotency key
 */
export function withDerivedIds(c: AppContext, inputs: EventInputs): EventInputs {
  const key = c.req.header('idempotency-key');
  if (key === undefined) return inputs;
  if (!isIdempotencyKey(key)) throw createRequestError('bad_request', `Idempotency-Key: ${IDEMPOTENCY_KEY_EXPECTED}`);
  const owner = c.get('keyName') ?? null;
  return {
    length: inputs.length,
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

/** Returns the UUIDv5 (RFC 9562, 5.5) of a name in a namespace. */
function uuidV5(namespace: Uint8Array, name: string): string {
  const bytes = hash('sha1', Buffer.concat([namespace, Buffer.from(name)]), 'buffer').subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

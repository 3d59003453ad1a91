import { createRequestError } from '@event-tracker/http-contract';
import { type BodyShare, tooManyBodies } from './body-budget.ts';

/**
 * Counts what an item of a document shares with others, such as the resource of log records: it is stored with each of them,
 * so that it can grow far beyond the size of the body.
 *
 * @throws RequestError body_too_large, OverloadedError
 */
export type ReserveShared = (bytes: number) => void;

/** Greatest size of the shared parts, counted for each item, as a multiple of the greatest body. */
const MAX_GROWTH = 4;

export function createReserveShared(maxBodyBytes: number, share: BodyShare): ReserveShared {
  const maxBytes = maxBodyBytes * MAX_GROWTH;
  let total = 0;
  return (bytes) => {
    total += bytes;
    if (total > maxBytes)
      throw createRequestError(
        'body_too_large',
        `what the events share has at least ${total} bytes, counted for each event; at most ${maxBytes} are allowed`,
      );
    if (!share.take(bytes)) throw tooManyBodies();
  };
}

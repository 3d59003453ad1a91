import type { ServerResponse } from 'node:http';
import type { StoreReadOptions } from '@event-tracker/core/store';
import { createRequestError } from '@event-tracker/http-contract';
import type { AppContext } from './app-env.ts';

/** Options of the reads of a request. */
export interface RequestReadOptions extends StoreReadOptions {
  readonly signal: AbortSignal;
}

/** Returns the options of the reads of a request: they end when the client disconnects, and its reads take turns with others. */
export function readOptionsOf(c: AppContext): RequestReadOptions {
  return { signal: untilClosed(c.env.outgoing), client: c.get('client') };
}

/** Returns a signal that is aborted if the client disconnects before the response has been sent. */
function untilClosed(outgoing: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const close = (): void => {
    if (!outgoing.writableFinished) controller.abort(createDisconnectedError());
  };
  if (outgoing.closed) close();
  else outgoing.once('close', close);
  return controller.signal;
}

/** Creates the reason for which work ends whose client has disconnected. No client receives it. */
export function createDisconnectedError(): Error {
  return createRequestError('bad_request', 'the client disconnected before the response was complete');
}

import { createStoreUnavailableError } from '@event-tracker/core/store';
import { parseProblem, toError } from '@event-tracker/http-contract';
import { createUnexpectedResponseError } from './errors.ts';

/** Statuses with which proxies report that the server behind them is not available at the moment. */
const UNAVAILABLE_STATUSES: readonly number[] = [429, 500, 502, 503, 504];

/**
 * Returns the error that a response reports, as core or the HTTP layer of the server threw it.
 *
 * @param request names the request in messages, such as `GET /events`
 * @param ids the ids of the events of the request
 */
export function readError(
  request: string,
  response: Pick<Response, 'status' | 'headers' | 'type'>,
  body: string,
  ids?: readonly string[],
): Error {
  const { status, headers, type } = response;
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'));
  const problem = parseProblem(parseJson(body));
  if (problem) return toError(problem, { ...(ids && { ids }), retryAfterMs });
  if (UNAVAILABLE_STATUSES.includes(status))
    return createStoreUnavailableError(`${request}: a proxy responded with status ${status}`, {
      cause: { retryAfterMs },
    });
  if (type === 'opaqueredirect' || (status >= 300 && status < 400))
    return createUnexpectedResponseError(
      `${request}: redirected; set url to the address that is redirected to`,
      status,
    );
  return createUnexpectedResponseError(
    `${request}: responded with status ${status}, not as an event tracker does`,
    status,
  );
}

/** Parses `Retry-After` (RFC 9110, 10.2.3): seconds or a date. Returns milliseconds. */
export function parseRetryAfter(text: string | null, now: number = Date.now()): number | undefined {
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

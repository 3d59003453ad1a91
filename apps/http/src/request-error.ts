/** What the shell itself, rather than the tracker behind it, has against a request. */
export type RequestErrorCode =
  | 'malformed_json'
  | 'invalid_encoding'
  | 'invalid_event'
  | 'bad_request'
  | 'unauthorized'
  | 'forbidden'
  | 'event_not_found'
  | 'not_found'
  | 'method_not_allowed'
  | 'not_acceptable'
  | 'request_timeout'
  | 'body_too_large'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'unsupported_encoding'
  | 'expectation_failed'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'overloaded'
  | 'draining';

/** Thrown anywhere in the shell; becomes a problem document. */
export interface RequestError extends Error {
  readonly code: RequestErrorCode;
  /** Header fields that the answer needs, e.g. Allow. */
  readonly headers: Record<string, string>;
  /** Where in the request the problem is, where that is known. */
  readonly errors: readonly object[] | undefined;
}

const requestErrors = new WeakSet<object>();

export function createRequestError(
  code: RequestErrorCode,
  detail: string,
  {
    headers = {},
    errors,
    cause,
  }: { headers?: Record<string, string>; errors?: readonly object[]; cause?: unknown } = {},
): RequestError {
  const error = Object.assign(new Error(detail, { cause }), { name: 'RequestError', code, headers, errors });
  requestErrors.add(error);
  return error;
}

export function isRequestError(error: unknown): error is RequestError {
  return typeof error === 'object' && error !== null && requestErrors.has(error);
}

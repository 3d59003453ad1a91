/** The codes of the errors that only HTTP has. Apart from their descriptions, so that a client in a browser stays small. */
const REQUEST_ERROR_CODES = [
  'malformed_json',
  'invalid_encoding',
  'bad_request',
  'unexpected_body',
  'digest_mismatch',
  'unauthorized',
  'forbidden',
  'event_not_found',
  'not_found',
  'method_not_allowed',
  'not_acceptable',
  'request_timeout',
  'precondition_failed',
  'body_too_large',
  'unsupported_media_type',
  'unsupported_encoding',
  'misdirected_request',
  'unsupported_transfer_encoding',
  'expectation_failed',
  'rate_limited',
  'headers_too_large',
  'http_version',
  'internal',
  'draining',
] as const;

export type RequestErrorCode = (typeof REQUEST_ERROR_CODES)[number];

const CODES: ReadonlySet<string> = new Set(REQUEST_ERROR_CODES);

export function isRequestErrorCode(text: string): text is RequestErrorCode {
  return CODES.has(text);
}

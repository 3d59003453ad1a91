/** The request ids that a client can choose, safe in a header field and in a log line. Any other text is ignored. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

export function isRequestId(text: string): boolean {
  return REQUEST_ID.test(text);
}

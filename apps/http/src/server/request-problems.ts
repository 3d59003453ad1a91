import type { IncomingMessage } from 'node:http';
import type { Problem } from '@event-tracker/http-contract';

export const MAX_HEADER_BYTES = 16 * 1024;

/** What Node's parser, or its timeouts, have against a request. */
export function parserProblem(error: NodeJS.ErrnoException): Problem {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers_too_large', detail: `the header fields have more than ${MAX_HEADER_BYTES} bytes` };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request_timeout', detail: 'the request did not arrive in time' };
    default:
      return { code: 'bad_request', detail: 'the request is not proper HTTP/1.1' };
  }
}

/** What is wrong with a request although Node's parser took it. */
export function flawOf(incoming: IncomingMessage): string | undefined {
  const hosts = countHosts(incoming);
  if (hosts > 1) return 'more than one Host';
  if (incoming.httpVersion === '1.1') return hosts === 0 ? 'no Host' : undefined;
  return incoming.httpVersion === '1.0' ? undefined : 'expected HTTP/1.1';
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts;
}

import type { IncomingMessage } from 'node:http';
import type { Problem } from '@event-tracker/http-contract';

/** Request line and header fields: a URL of a hundred long event types is 26 KB. */
export const MAX_HEADER_BYTES = 64 * 1024;

interface ParserError extends NodeJS.ErrnoException {
  /** What the parser was given last. */
  readonly rawPacket?: Buffer;
}

/** What Node's parser, or its timeouts, have against a request. */
export function parserProblem(error: ParserError): Problem {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers_too_large', detail: describeOverflow(error.rawPacket) };
    case 'HPE_INVALID_URL':
      return { code: 'bad_request', detail: describeBadUrl(error.rawPacket) };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request_timeout', detail: 'the request did not arrive in time' };
    default:
      return { code: 'bad_request', detail: 'the request is not proper HTTP/1.1' };
  }
}

/** Whether the URL is what is too long: it then fills what arrived, up to where the request line ends. */
function describeOverflow(packet: Buffer = Buffer.of()): string {
  const [line = ''] = packet.toString('latin1').split('\r\n', 1);
  const isUrl = / HTTP\/1\.\d$/.test(line)
    ? line.length > MAX_HEADER_BYTES / 2 || !/^[A-Z]+ /.test(line)
    : /^[A-Z]+ /.test(line);
  if (isUrl)
    return `the URL has more than ${MAX_HEADER_BYTES} bytes: use fewer or shorter filters, or several requests`;
  return `the URL and the header fields together have more than ${MAX_HEADER_BYTES} bytes`;
}

function describeBadUrl(packet: Buffer = Buffer.of()): string {
  const line = packet.subarray(0, Math.max(packet.indexOf('\r\n'), 0));
  if (line.some((byte) => byte > 0x7f))
    return 'the URL has a character outside ASCII: percent-encode it as UTF-8, e.g. é as %C3%A9';
  return 'the URL has a character that must not stand in one: percent-encode it, e.g. a space as %20';
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

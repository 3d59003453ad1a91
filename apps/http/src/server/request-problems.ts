import type { IncomingMessage } from 'node:http';
import type { Problem } from '@event-tracker/http-contract';

/** Request line and header fields: a URL of a hundred long event types is 26 KB. */
export const MAX_HEADER_BYTES = 64 * 1024;

interface ParserError extends NodeJS.ErrnoException {
  /** The last input of the parser. */
  readonly rawPacket?: Buffer;
}

/** Maps an error of Node's parser or timeouts to a problem. */
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

/** True if the URL is too long: it then fills the input up to the end of the request line. */
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

/** A segment `.` or `..` of a path, encoded or not: clients resolve such segments, and proxies disagree about them. */
const DOT_SEGMENT = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?=[/\\]|%2f|%5c|$)/i;

/** Returns what is wrong with a request that Node's parser accepts. */
export function requestProblem(incoming: IncomingMessage): Problem | undefined {
  const { httpVersion, headers, url = '' } = incoming;
  const hosts = countFields(incoming, 'host');
  if (hosts > 1) return badRequest('more than one Host');
  if (httpVersion === '1.1' && hosts === 0) return badRequest('no Host');
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return badRequest('expected HTTP/1.1');
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && httpVersion === '1.0')
    return badRequest('Transfer-Encoding in HTTP/1.0, which does not have it: use HTTP/1.1'); // RFC 9112, 6.1
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return { code: 'unsupported_transfer_encoding', detail: 'expected chunked alone; compression is Content-Encoding' };
  if (countFields(incoming, 'content-type') > 1) return badRequest('more than one Content-Type');
  const [path = ''] = url.split(/[?#]/, 1);
  return DOT_SEGMENT.test(path) ? badRequest('the path has a segment . or ..: send the path it leads to') : undefined;
}

function badRequest(detail: string): Problem {
  return { code: 'bad_request', detail };
}

function countFields({ rawHeaders }: IncomingMessage, lowerCaseName: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) count++;
  }
  return count;
}

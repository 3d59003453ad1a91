import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';

/** What came over the wire, as it came: nothing inflated, and a broken connection told apart from an end. */
export interface RawResponse {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly isComplete: boolean;
}

/** Begins a GET and hands over the response when its header fields are there. */
async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const request = httpGet(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}); // a broken connection shows in `complete`
  return response;
}

export async function getRaw(url: string, headers: Record<string, string> = {}): Promise<RawResponse> {
  const response = await open(url, headers);
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'close');
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(chunks),
    isComplete: response.complete,
  };
}

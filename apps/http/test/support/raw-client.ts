import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';

/** A response as received: not decompressed, with the information whether the connection broke. */
export interface RawResponse {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly isComplete: boolean;
}

/** Starts a GET. Resolves with the response when its header fields have arrived. */
async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const request = httpGet(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => {}); // `complete` is false after a broken connection
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

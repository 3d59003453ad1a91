import { expect } from 'vitest';
import { expectDescribedProblem } from './described-problems.ts';

/** A complete response. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Call {
  readonly headers?: Record<string, string> | undefined;
  readonly body?: string | Uint8Array | ReadableStream | undefined;
}

const JSON_TYPE = /^application\/(problem\+)?json$/;

/**
 * Calls a server over a socket. Fails if there is no response in time, if the OpenAPI document does not have the problem,
 * or if JSON does not end with a newline. Of an endless stream, returns the start.
 */
export async function call(method: string, url: string, { headers = {}, body }: Call = {}): Promise<TestResponse> {
  const response = await fetch(url, {
    method,
    headers,
    body: body ?? null,
    redirect: 'manual',
    signal: AbortSignal.timeout(20_000),
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  });
  const isStream = response.headers.get('content-type') === 'text/event-stream' && method !== 'HEAD';
  const text = await (isStream ? firstPieceOf(response) : response.text());
  if (JSON_TYPE.test(response.headers.get('content-type') ?? '') && text !== '') expect(text.at(-1)).toBe('\n');
  const isProblem = response.headers.get('content-type') === 'application/problem+json' && text !== '';
  if (isProblem) expectDescribedProblem(method, url, text);
  return { status: response.status, headers: response.headers, text };
}

/** Returns the start of an endless response. */
async function firstPieceOf(response: Response): Promise<string> {
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) return piece;
  throw new Error('the stream ended');
}

export function get(url: string, headers?: Record<string, string>): Promise<TestResponse> {
  return call('GET', url, { headers });
}

/** Posts a body. Default Content-Type: JSON. */
export function post(url: string, body: Call['body'], headers: Record<string, string> = {}): Promise<TestResponse> {
  return call('POST', url, { body, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** Parses the body of a response as JSON. */
export function jsonOf<T = unknown>(response: TestResponse): T {
  try {
    return JSON.parse(response.text) as T;
  } catch (cause) {
    throw new Error(`${response.status} is no JSON: ${response.text.slice(0, 200)}`, { cause });
  }
}

/** Returns the URL of the next page. */
export function nextLinkOf({ headers }: TestResponse): string | undefined {
  const link = headers.get('link');
  if (link === null) return undefined;
  expect(link).toMatch(/^<[^<>]+>; rel="next"$/);
  return link.slice(1, link.indexOf('>'));
}

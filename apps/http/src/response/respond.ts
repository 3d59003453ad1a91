import { jsonLine } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';
import { chooseCompression, MIN_COMPRESSED_BYTES } from './compression.ts';

/** Header fields of a read: clients must revalidate a stored response. */
export const READ_HEADERS = { 'Cache-Control': 'private, no-cache', Vary: 'Accept, Accept-Encoding' };

/**
 * Creates the response to a request. All header fields are passed as one plain object, so that the server writes them
 * without building a Headers object.
 */
export function respond(
  c: AppContext,
  status: number,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
  headers: Record<string, string> = {},
): Response {
  const common = c.get('headers');
  const all = { ...common, ...headers };
  if (common.Vary !== undefined && headers.Vary !== undefined) all.Vary = `${headers.Vary}, ${common.Vary}`;
  return new Response(body, { status, headers: all });
}

export function respondJson(
  c: AppContext,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Response {
  return respond(c, status, jsonLine(value), { 'Content-Type': 'application/json', ...headers });
}

/** Responds with a text, compressed if it is long and the client accepts that. */
export async function respondText(
  c: AppContext,
  status: number,
  text: string,
  headers: Record<string, string>,
): Promise<Response> {
  const compression =
    text.length < MIN_COMPRESSED_BYTES ? undefined : chooseCompression(c.req.header('accept-encoding'));
  if (!compression) return respond(c, status, text, headers);
  const body = await compression.compress(text);
  return respond(c, status, body, { ...headers, 'Content-Encoding': compression.contentEncoding });
}

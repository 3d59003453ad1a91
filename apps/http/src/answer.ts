import type { AppContext } from './app-env.ts';

/**
 * Makes the answer to a request. All header fields are handed over at once as a plain object: the server then writes
 * them without ever building a Headers object.
 */
export function answer(
  c: AppContext,
  status: number,
  body: string | ReadableStream | null,
  headers: Record<string, string> = {},
): Response {
  return new Response(body, { status, headers: { ...c.get('headers'), ...headers } });
}

export function answerJson(
  c: AppContext,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Response {
  return answer(c, status, JSON.stringify(value), { 'Content-Type': 'application/json', ...headers });
}

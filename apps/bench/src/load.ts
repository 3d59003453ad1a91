import { fileURLToPath } from 'node:url';
import { nextMessageOf, startProcess } from './processes.ts';

/** The requests that a client sends to a server. */
export interface LoadPlan {
  readonly port: number;
  /** Complete requests in bytes, sent in turn. The client replaces `SENT_NOW` by the time. */
  readonly requests: readonly Uint8Array[];
  /** Each connection sends its next request after the response to the previous one. */
  readonly connections: number;
  /** Duration of the load before it is measured, in milliseconds. */
  readonly warmUpMs: number;
  /** Duration of the measured load, in milliseconds. */
  readonly loadMs: number;
  /** Number of responses after which the load ends, instead of after `loadMs`. Requires a `warmUpMs` of 0. */
  readonly responses?: number;
  /** Time that a connection waits before its next request, in milliseconds. Default: 0. */
  readonly pauseMs?: number;
}

/** The result of the measured load. */
export interface LoadResult {
  readonly responsesPerSecond: number;
  /** The longest time to a response, in milliseconds. */
  readonly longestMs: number;
  /** The share of the time in which the client was busy, from 0 to 1. Near 1, the client limited the figure. */
  readonly clientLoad: number;
}

const LOAD_PROCESS = fileURLToPath(new URL('./load-process.ts', import.meta.url));
/** A client that is busier than this may have limited the figure. */
const MAX_CLIENT_LOAD = 0.97;

/**
 * Puts a server under load from a separate process. Reports a client that was too busy.
 *
 * @throws if a response is not 2xx
 */
export async function putUnderLoad(plan: LoadPlan): Promise<LoadResult> {
  const client = startProcess([LOAD_PROCESS], { core: 'client' });
  const message = nextMessageOf<LoadResult>(client, 'the client');
  client.send(plan);
  const result = await message;
  if (result.clientLoad > MAX_CLIENT_LOAD)
    process.stderr.write(`the client was busy for ${(result.clientLoad * 100).toFixed()} % of the time\n`);
  return result;
}

/** Returns a request in bytes. */
export function requestOf(
  method: string,
  target: string,
  body?: string | Uint8Array,
  contentType = 'application/json',
): Uint8Array {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1'];
  if (body !== undefined) head.push(`Content-Type: ${contentType}`, `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body ?? '')]);
}

import { fileURLToPath } from 'node:url';
import { answerOf, startProcess } from './processes.ts';

/** What a client asks of a server. */
export interface LoadPlan {
  readonly port: number;
  /** Whole requests as they go over the wire, sent in turn; where they have `SENT_NOW`, with the time. */
  readonly requests: readonly Uint8Array[];
  /** Each sends its next request when the one before is answered. */
  readonly connections: number;
  /** How long nothing is counted yet, in milliseconds. */
  readonly warmUpMs: number;
  /** How long answers are counted, in milliseconds. */
  readonly loadMs: number;
  /** How long a connection waits before its next request, in milliseconds; 0 unless told otherwise. */
  readonly pauseMs?: number;
}

/** What became of it while it was counted. */
export interface LoadResult {
  readonly answersPerSecond: number;
  /** The longest time that an answer took, in milliseconds. */
  readonly longestMs: number;
  /** How much of the time the client was busy, from 0 to 1: near 1, it is the client that was measured. */
  readonly clientLoad: number;
}

const LOAD_PROCESS = fileURLToPath(new URL('./load-process.ts', import.meta.url));
/** A client as busy as that may have been what limited the answers. */
const MAX_CLIENT_LOAD = 0.97;

/**
 * Puts a server under load from a process of its own.
 *
 * @throws where the server refused anything, or the client was too slow for it
 */
export async function putUnderLoad(plan: LoadPlan): Promise<LoadResult> {
  const client = startProcess([LOAD_PROCESS], { core: 'client' });
  const answer = answerOf<LoadResult>(client, 'the client');
  client.send(plan);
  const result = await answer;
  if (result.clientLoad > MAX_CLIENT_LOAD)
    process.stderr.write(`the client was busy for ${(result.clientLoad * 100).toFixed()} % of the time\n`);
  return result;
}

/** A request as it goes over the wire. */
export function requestOf(method: string, target: string, body?: string, contentType = 'application/json'): Uint8Array {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1'];
  if (body !== undefined) head.push(`Content-Type: ${contentType}`, `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}

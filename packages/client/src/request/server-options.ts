import { parseBaseUrl } from './base-url.ts';
import { type Connection, createConnection } from './connection.ts';

/** Which server to use, and how. */
export interface ServerOptions {
  /** URL of the server, with its base path if it has one: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** API key. Default: none, for a server without keys. */
  readonly key?: string | undefined;
  /** Default: the `fetch` of the runtime. */
  readonly fetch?: typeof fetch | undefined;
  /** Time in milliseconds for which a call is repeated after temporary failures, where that is safe. Default: 30,000 */
  readonly retryForMs?: number | undefined;
  /** Longest wait in milliseconds for a response, and for each part of it. Default: 35,000, more than the server needs. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_RETRY_FOR_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 35_000;

/** Visible ASCII, which is all that a header field can contain. */
const KEY = /^[!-~]+$/;

/**
 * Creates the connection to a server. It sends nothing yet.
 *
 * @throws TypeError if an option is invalid
 */
export function openConnection({
  url,
  key,
  fetch: customFetch,
  retryForMs = DEFAULT_RETRY_FOR_MS,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: ServerOptions): Connection {
  if (key !== undefined && !KEY.test(key)) throw new TypeError('key: expected visible ASCII characters');
  return createConnection({
    baseUrl: parseBaseUrl(url),
    key,
    fetch: customFetch ?? ((...request) => fetch(...request)), // browsers require that it is called without an object
    retryForMs,
    timeoutMs,
  });
}

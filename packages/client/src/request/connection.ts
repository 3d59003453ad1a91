import type { CancelSignal } from '@event-tracker/core/store';
import type { Route } from '@event-tracker/http-contract';
import { createNoResponseError, createUnreachableError } from './errors.ts';
import { readError } from './read-error.ts';
import { createRetries, type RetryPolicy } from './retries.ts';

/** A request to the server. */
export interface Call {
  readonly route: Route;
  /** Replaces the path parameter of the route. */
  readonly id?: string;
  /** Query string without the question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  /** The ids of the events in the body. */
  readonly ids?: readonly string[];
  readonly signal?: CancelSignal | undefined;
  /** If true, the request outlives its page. Its body must be small. */
  readonly keepalive?: boolean;
  /** Longest wait for the response, and for each part of it. Default: the option of the client. */
  readonly timeoutMs?: number;
}

/** A response whose header fields have arrived; its status is 2xx. */
export interface OpenResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Yields the body as it arrives. Stop early to close the connection. */
  parts(): AsyncGenerator<string, void, void>;
}

/** A complete response. */
export interface CompleteResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends requests to one server. */
export interface Connection {
  /** Time for which requests are repeated. */
  readonly retryForMs: number;
  /** Longest wait for a response, and for each part of it. */
  readonly timeoutMs: number;
  /** Makes one attempt. Resolves when the header fields have arrived. */
  open(call: Call): Promise<OpenResponse>;
  /** Repeats the request as the policy allows, and resolves when the whole response has arrived. */
  send(call: Call, policy: RetryPolicy): Promise<CompleteResponse>;
}

export interface ConnectionOptions {
  readonly baseUrl: string;
  readonly key: string | undefined;
  readonly fetch: typeof fetch;
  readonly retryForMs: number;
  readonly timeoutMs: number;
}

export function createConnection(options: ConnectionOptions): Connection {
  const { baseUrl, key, retryForMs, timeoutMs } = options;
  const authorization: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };

  async function open(call: Call): Promise<OpenResponse> {
    const { route, id = '', query = '', headers, body, ids, keepalive = false } = call;
    const name = `${route.method} ${route.path}`;
    const url = baseUrl + route.path.replace('{id}', encodeURIComponent(id)) + (query === '' ? '' : `?${query}`);
    const attempt = beginAttempt(name, call.timeoutMs ?? timeoutMs, call.signal);
    try {
      const response = await attempt.wait(
        options.fetch(url, {
          method: route.method,
          headers: { ...authorization, ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
          ...(body !== undefined && { body }),
          keepalive,
          redirect: 'manual', // fetch would repeat a POST as a GET
          signal: attempt.signal,
        }),
      );
      if (!response.ok) throw readError(name, response, await attempt.wait(response.text()), ids);
      return { status: response.status, headers: response.headers, parts: () => readParts(response, attempt) };
    } catch (error) {
      attempt.end();
      throw error;
    }
  }

  async function send(call: Call, policy: RetryPolicy): Promise<CompleteResponse> {
    const retries = createRetries({ policy, retryForMs, signal: call.signal });
    for (;;) {
      try {
        return await readAll(await open(call));
      } catch (error) {
        await retries.waitAfter(error);
      }
    }
  }

  return { retryForMs, timeoutMs, open, send };
}

/** Reads a response to its end. */
export async function readAll({ status, headers, parts }: OpenResponse): Promise<CompleteResponse> {
  let body = '';
  for await (const part of parts()) body += part;
  return { status, headers, body };
}

/** One request, until its response has arrived or is no longer wanted. */
interface Attempt {
  readonly signal: AbortSignal;
  /** Settles like the work. Rejects if it takes too long, if the caller aborts, or if the connection breaks. */
  wait<T>(work: Promise<T>): Promise<T>;
  /** Closes the connection if the response has not arrived completely. */
  end(): void;
}

function beginAttempt(name: string, timeoutMs: number, caller: CancelSignal | undefined): Attempt {
  const controller = new AbortController();
  const abort = () => controller.abort(caller?.reason);
  if (caller?.aborted) abort();
  caller?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    wait: async (work) => {
      const timer = setTimeout(() => controller.abort(createNoResponseError(name, timeoutMs)), timeoutMs);
      try {
        return await work;
      } catch (error) {
        throw controller.signal.aborted ? controller.signal.reason : createUnreachableError(name, error);
      } finally {
        clearTimeout(timer);
      }
    },
    end: () => {
      caller?.removeEventListener('abort', abort);
      controller.abort();
    },
  };
}

async function* readParts({ body }: Response, attempt: Attempt): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = body?.getReader();
  try {
    if (!reader) return;
    for (;;) {
      const { done, value } = await attempt.wait(reader.read());
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    attempt.end();
  }
}

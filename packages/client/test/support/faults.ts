import { createEventTrackerClient, type EventTrackerClient, type EventTrackerClientOptions } from '../../src/index.ts';

/** What happens to a request; `pass` lets it through. */
export type Fault = (pass: () => Promise<Response>) => Promise<Response>;

export const pass: Fault = (send) => send();
export const lost: Fault = () => Promise.reject(new TypeError('fetch failed'));
/** The request arrives, and its response is lost. */
export const responseLost: Fault = async (send) => {
  await (await send()).arrayBuffer();
  throw new TypeError('terminated');
};
export const refusedWith =
  (status: number, headers: Record<string, string> = {}, body = ''): Fault =>
  async () =>
    new Response(body, { status, headers });
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Fault =>
  refusedWith(status, headers, JSON.stringify({ code, detail: 'later', request_id: 'request-1', status }));
export const overloaded = problem(503, 'overloaded', { 'Retry-After': '0' });
/** The response breaks after some bytes. */
export const cutAfter =
  (bytes: number): Fault =>
  async (send) => {
    const response = await send();
    let rest = bytes;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        controller.enqueue(chunk.subarray(0, rest));
        rest -= chunk.length;
        if (rest < 0) controller.error(new TypeError('terminated'));
      },
    });
    return new Response(response.body?.pipeThrough(cut) ?? null, response);
  };

/** A client, and what it requested. */
export interface FaultyClient {
  readonly client: EventTrackerClient;
  /** Method and path of each request. */
  readonly requests: readonly string[];
  /** Number of events in each request. */
  readonly batches: readonly number[];
}

/** Returns a client whose requests meet the faults in their order, and all later ones none. */
export function createFaultyClient(
  url: string,
  faults: readonly Fault[],
  options: Partial<EventTrackerClientOptions> = {},
): FaultyClient {
  const requests: string[] = [];
  const batches: number[] = [];
  const client = createEventTrackerClient({
    url,
    ...options,
    fetch: async (input, init) => {
      const fault = faults[requests.length] ?? pass;
      requests.push(`${init?.method} ${String(input).slice(url.length)}`);
      if (typeof init?.body === 'string') batches.push([JSON.parse(init.body)].flat().length);
      return fault(() => fetch(input, init));
    },
  });
  return { client, requests, batches };
}

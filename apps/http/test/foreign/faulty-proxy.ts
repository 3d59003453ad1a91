import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it was received. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

/** Stands between a client and the server: records requests, and can refuse some in place of the server. */
export interface FaultyProxy {
  readonly url: string;
  /** The requests that submit something, in order. */
  readonly requests: readonly RecordedRequest[];
  /** The statuses of the responses to them. */
  readonly statuses: readonly number[];
  /** Refuses the next submits with these statuses, one each. */
  refuseNext(...statuses: readonly number[]): void;
  close(): void;
}

/** Header fields that belong to a connection, not to a request. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'expect',
]);

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const requests: RecordedRequest[] = [];
  const statuses: number[] = [];
  const refused: number[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = Buffer.from(await buffer(incoming));
    const headers = Object.fromEntries(
      Object.entries(incoming.headers).flatMap(([name, value]) =>
        typeof value === 'string' && !HOP_BY_HOP.has(name) ? [[name, value]] : [],
      ),
    );
    const request = { method: incoming.method ?? '', path: incoming.url ?? '', headers, body };
    const isSubmit = request.method !== 'OPTIONS';
    if (isSubmit) requests.push(request);
    const status = isSubmit ? refused.shift() : undefined;
    if (status !== undefined) {
      statuses.push(status);
      const { origin = '*' } = headers;
      const cors = { 'Access-Control-Allow-Origin': origin, 'Access-Control-Allow-Credentials': 'true' };
      outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '1', ...cors });
      outgoing.end(JSON.stringify({ status }));
      return;
    }
    const response = await send(target, request).catch(() => undefined);
    if (!response) return void outgoing.destroy(); // the test is over
    if (isSubmit) statuses.push(response.status);
    const fields = [...response.headers].filter(([name]) => !HOP_BY_HOP.has(name));
    outgoing.writeHead(response.status, Object.fromEntries(fields));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    statuses,
    refuseNext: (...next) => refused.push(...next),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Sends a recorded request to a server. */
export function send(url: string, { method, path, headers, body }: RecordedRequest): Promise<Response> {
  return fetch(url + path, { method, headers, body: body.length === 0 ? null : body });
}

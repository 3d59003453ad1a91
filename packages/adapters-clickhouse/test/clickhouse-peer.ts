import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';

/** A fault of a request. */
export type Fault =
  /** Resets the connection before or after the statement runs. */
  | 'reset before'
  | 'reset after'
  /** Stops the peer after the statement has run. */
  | 'stop after'
  /** Never responds, before or after the statement runs. */
  | 'hang before'
  | 'hang after'
  /** Sends half of the response, and then resets the connection. */
  | 'cut'
  /** Responds with this error of ClickHouse. */
  | { readonly code: number; readonly type: string; readonly message?: string }
  /** Responds as a proxy does, not as ClickHouse. */
  | { readonly status: number; readonly text: string };

/** A ClickHouse server over HTTP with faults. */
export interface ClickHousePeer {
  readonly url: string;
  /** The first characters of each statement that was received. */
  readonly statements: string[];
  /** Returns the fault of a statement, if any. */
  faultOf: (statement: string) => Fault | undefined;
  /** Closes all connections and refuses new ones, until `start`, which uses the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Serves the part of ClickHouse's HTTP interface that the official client uses, with the engine of this process. */
export async function startPeer(engine: ClickHouseClient): Promise<ClickHousePeer> {
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parameters = new URL(request.url ?? '', 'http://peer').searchParams;
    const body = await text(request);
    const query = parameters.get('query');
    const statement = query === null ? body : `${query}\n${body}`;
    peer.statements.push(statement.trimStart().slice(0, 40));
    const fault = peer.faultOf(statement);
    if (fault === 'reset before') request.socket.resetAndDestroy();
    else if (fault === 'hang before') return;
    else if (typeof fault === 'object') refuse(response, fault);
    else {
      const outcome = await run(statement, settingsOf(parameters));
      if (fault === 'reset after') request.socket.resetAndDestroy();
      else if (fault === 'stop after') await peer.stop();
      else if (fault === 'hang after') return;
      else if (fault === 'cut') cut(request, response, outcome.text);
      else response.writeHead(outcome.status, { 'Content-Type': 'text/plain' }).end(outcome.text);
    }
  }

  async function run(query: string, clickhouse_settings: Record<string, string>) {
    try {
      const { stream } = await engine.exec({ query, clickhouse_settings });
      return { status: 200, text: await text(stream) };
    } catch (error) {
      return { status: 500, text: String(error instanceof Error && error.cause ? error.cause : error) };
    }
  }

  const peer: ClickHousePeer = {
    url: '',
    statements: [],
    faultOf: () => undefined,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    start: async () => {
      server.listen(Number(new URL(peer.url).port), '127.0.0.1');
      await once(server, 'listening');
    },
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the peer has no address');
  return Object.assign(peer, { url: `http://127.0.0.1:${address.port}` });
}

/** Returns the parameters of the URL that are settings of ClickHouse, which the engine does not read from a URL. */
function settingsOf(parameters: URLSearchParams): Record<string, string> {
  const others = new Set(['query', 'query_id', 'database', 'default_format', 'role', 'session_id']);
  return Object.fromEntries([...parameters].filter(([name]) => !others.has(name)));
}

function refuse(response: ServerResponse, fault: Exclude<Fault, string>): void {
  if ('status' in fault) response.writeHead(fault.status).end(fault.text);
  else {
    const { code, type, message = 'made up' } = fault;
    response
      .writeHead(500, { 'X-ClickHouse-Exception-Code': code })
      .end(`Code: ${code}. DB::Exception: ${message}. (${type}) (version 26.7.2.1)`);
  }
}

function cut(request: IncomingMessage, response: ServerResponse, text: string): void {
  response.writeHead(200, { 'Content-Length': Buffer.byteLength(text) + 1 });
  response.write(text.slice(0, text.length / 2), () => request.socket.resetAndDestroy());
}

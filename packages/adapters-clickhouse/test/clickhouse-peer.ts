import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ClickHouseClient } from '@clickhouse/client';

/** What goes wrong with a request. */
export type Fault =
  /** The connection breaks, before the statement is run or when it has been. */
  | 'reset before'
  | 'reset after'
  /** The statement is run, then the peer stops. */
  | 'stop after'
  /** There is no answer, though the statement may have been run. */
  | 'hang before'
  | 'hang after'
  /** Half of the answer comes, then the connection breaks. */
  | 'cut'
  /** ClickHouse refuses the statement so. */
  | { readonly code: number; readonly type: string; readonly message?: string }
  /** Something else than ClickHouse answers. */
  | { readonly status: number; readonly text: string };

/** A ClickHouse behind HTTP that fails on purpose. */
export interface ClickHousePeer {
  readonly url: string;
  /** The statements that were sent, each by how it begins. */
  readonly statements: string[];
  /** Chooses what goes wrong with a statement; undefined: nothing. */
  faultOf: (statement: string) => Fault | undefined;
  /** Ends all connections and refuses new ones, until it is started again at the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Serves the HTTP interface of ClickHouse, as far as the official client uses it, from an engine in this process. */
export async function startPeer(engine: ClickHouseClient): Promise<ClickHousePeer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parameters = new URL(request.url ?? '', 'http://peer').searchParams;
    const body = await text(request);
    const given = parameters.get('query');
    const statement = given === null ? body : `${given}\n${body}`;
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

/** The parameters of the URL that are settings of ClickHouse; the engine has no HTTP, and so none of its settings. */
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

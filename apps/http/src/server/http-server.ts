import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { METHODS, type Problem, toProblem } from '@event-tracker/http-contract';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { closeSoon, writeAndClose } from '../connection/closing.ts';
import { type Connections, createConnections } from '../connection/connections.ts';
import { DeferredResponse } from '../connection/deferred-response.ts';
import { createPipelining } from '../connection/pipelining.ts';
import { readOn } from '../connection/read-on.ts';
import type { AppEnv } from '../request/app-env.ts';
import { createCors } from '../request/cors.ts';
import type { RequestObserver } from '../telemetry/observe-requests.ts';
import { createHostCheck } from './host-check.ts';
import { createRenderRefusal } from './render-refusal.ts';
import { MAX_HEADER_BYTES, parserProblem, requestProblem } from './request-problems.ts';
import { createSlicedWork } from './sliced-work.ts';

export interface ServerSettings {
  readonly basePath: string;
  readonly corsOrigins: readonly string[];
  /** Host names that are accepted, in addition to those of loopback; `undefined` accepts every name. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Time for all header fields of a request to arrive. */
  readonly headersTimeoutMs: number;
  /** Time for a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** Time after which an idle connection is closed. */
  readonly keepAliveTimeoutMs: number;
  /** Further connections are closed immediately. */
  readonly maxConnections: number;
}

/** A server that counts the requests without a response. */
export interface HttpServer
  extends Pick<Connections, 'unanswered' | 'closeAfterResponses' | 'closeUnused' | 'breakOffUsed'> {
  readonly server: Server;
}

/** Interval at which timeouts are checked. */
const TIMEOUT_CHECK_MS = 500;
/** Time without traffic after which a connection is closed, for example of a client that stopped reading. */
const STALLED_CONNECTION_MS = 120_000;

const NO_PROXY: Problem = {
  code: 'method_not_allowed',
  detail: 'this is no proxy',
  headers: { Allow: METHODS.join(', ') },
};

/** Serves an app with Node's HTTP server. Requests that never reach the app get a problem document. */
export function createHttpServer(app: Hono<AppEnv>, settings: ServerSettings, requests: RequestObserver): HttpServer {
  const { basePath, corsOrigins, allowedHosts } = settings;
  const renderRefusal = createRenderRefusal({ basePath, cors: createCors(corsOrigins), requests });
  const hostProblem = createHostCheck(allowedHosts);
  const connections = createConnections();
  const lastResponse = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  const pipelining = createPipelining();
  const doSoon = createSlicedWork();
  /** The request that is being passed to the app at this moment. */
  let handedOver: ServerResponse | undefined;

  const passToApp = getRequestListener(app.fetch, {
    hostname: 'localhost', // for clients of HTTP/1.0 that send no Host
    autoCleanupIncoming: false, // otherwise a slow client would have half a second
    errorHandler: (error) => {
      const problem: Problem = handedOver
        ? { code: 'bad_request', detail: `the target or Host is malformed: ${messageOf(error)}` }
        : toProblem(error);
      const { status, headers, body } = renderRefusal(problem, { outgoing: handedOver });
      return new Response(body, { status, headers });
    },
  });

  function refuse(outgoing: ServerResponse, problem: Problem): void {
    const { status, headers, body } = renderRefusal(problem, { outgoing });
    outgoing.writeHead(status, headers).end(body);
  }

  /** Tracks a request until its response has been sent or aborted. */
  function watch(incoming: IncomingMessage, outgoing: ServerResponse): void {
    connections.begin(outgoing);
    requests.begin(incoming, outgoing);
    outgoing.once('close', () => {
      connections.end(outgoing);
      requests.end(outgoing);
      readOn(incoming);
    });
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    watch(incoming, outgoing);
    const previous = lastResponse.get(incoming.socket);
    lastResponse.set(incoming.socket, outgoing);

    const problem = requestProblem(incoming) ?? hostProblem(incoming);
    if (problem) refuse(outgoing, problem);
    // Pipelined: a read right behind a submit finds what that stored (RFC 9112, 9.3.2).
    else if (previous && !previous.writableEnded) passOnAfter(previous, incoming, outgoing);
    else passOn(incoming, outgoing);
  }

  function passOnAfter(previous: ServerResponse, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { socket } = incoming;
    pipelining.wait(socket);
    afterResponse(previous, () => {
      pipelining.proceed(socket);
      passOn(incoming, outgoing);
    });
  }

  function passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    // After the last response of a connection, no request is started, because its response could not be sent (RFC 9112, 9.6).
    if (!incoming.socket.writable) return;
    handedOver = outgoing;
    requests.run(outgoing, () => void passToApp(incoming, outgoing));
    handedOver = undefined;
  }

  /** Responds to a request that Node's parser or a timeout rejected, and closes the connection. */
  function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (refused.has(socket)) return; // the parser reports an error for each further chunk
    refused.add(socket);
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') refuseSoon(error, socket);
    else refuseSocket(error, socket);
  }

  /** Rejects a request that timed out, unless its rest arrives meanwhile. Thousands can time out simultaneously. */
  function refuseSoon(error: NodeJS.ErrnoException, socket: Duplex): void {
    const last = lastResponse.get(socket);
    const wasComplete = last?.req.complete;
    doSoon(() => {
      const hasCome = lastResponse.get(socket) !== last || last?.req.complete !== wasComplete;
      if (hasCome) refused.delete(socket);
      else refuseSocket(error, socket);
    });
  }

  function refuseSocket(error: NodeJS.ErrnoException, socket: Duplex): void {
    const last = lastResponse.get(socket);
    const refuseNow = (outgoing?: ServerResponse): void =>
      writeAndClose(socket, renderRefusal(parserProblem(error), { outgoing }));
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (!last) refuseNow();
    else if (last.req.complete) afterResponse(last, refuseNow);
    else if (!last.headersSent) refuseNow(last);
    else afterResponse(last, () => closeSoon(socket)); // its body was rejected before it had arrived
  }

  const server = createServer(
    {
      ServerResponse: DeferredResponse,
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      requireHostHeader: false, // checked above, because Node would respond without a body
    },
    onRequest,
  );
  server.maxConnections = settings.maxConnections;
  server.timeout = STALLED_CONNECTION_MS;
  server.on('connection', connections.add);
  server.on('drop', requests.connectionRefused);
  server.on('checkContinue', onRequest); // the body reader sends 100 Continue
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    watch(incoming, outgoing);
    refuse(outgoing, { code: 'expectation_failed', detail: 'expected 100-continue or no expectation' });
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) =>
    writeAndClose(socket, renderRefusal(NO_PROXY, { incoming })),
  );
  server.on('clientError', onClientError);

  const { unanswered, closeAfterResponses, closeUnused, breakOffUsed } = connections;
  return { server, unanswered, closeAfterResponses, closeUnused, breakOffUsed };
}

/** Calls a function after a response has been sent, so that valid earlier requests are served first. */
function afterResponse(response: ServerResponse, what: () => void): void {
  if (response.closed) what();
  else response.once('close', what);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not understood';
}

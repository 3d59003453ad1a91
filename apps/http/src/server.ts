import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { AppEnv } from './app-env.ts';
import { commonHeaders } from './common-headers.ts';
import { createCors } from './cors.ts';
import { type Problem, type RenderedProblem, renderProblem, toProblem } from './problem-response.ts';
import { readOn } from './read-on.ts';
import { requestIdOf } from './request-id.ts';
import { observationOf } from './telemetry/observation.ts';
import type { RequestObserver } from './telemetry/observe-requests.ts';

export interface ServerSettings {
  readonly basePath: string;
  readonly corsOrigins: readonly string[];
  /** Time for all header fields of a request to arrive. */
  readonly headersTimeoutMs: number;
  /** Time for a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** Time that a connection without requests is kept. */
  readonly keepAliveTimeoutMs: number;
  /** Connections beyond this are closed at once. */
  readonly maxConnections: number;
}

/** A server that knows what it has not answered yet. */
export interface HttpServer {
  readonly server: Server;
  /** Requests received and not answered in full. */
  unanswered(): number;
  /** From now on every answer is the last one on its connection. */
  closeAfterAnswers(): void;
  /** Closes every connection on which no request waits for its answer. */
  closeUnused(): void;
  /** Breaks off every connection on which one does, in a way that nobody takes for the end of an answer. */
  breakOffUsed(): void;
}

const MAX_HEADER_BYTES = 16 * 1024;
/** How often timeouts are looked at. */
const TIMEOUT_CHECK_MS = 500;
/** A connection on which nothing moves for so long, such as a client that stopped reading, is closed. */
const STALLED_CONNECTION_MS = 120_000;
/** Time for a refused client to read why, before its connection is closed. */
const LINGER_MS = 500;

/** Puts an app behind Node's HTTP server, and answers with a problem document what the app never gets to see. */
export function createHttpServer(app: Hono<AppEnv>, settings: ServerSettings, requests: RequestObserver): HttpServer {
  const { basePath } = settings;
  const cors = createCors(settings.corsOrigins);
  const connections = new Set<Socket>();
  const unanswered = new Set<ServerResponse>();
  const lastAnswer = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  let isLastAnswer = false;
  /** The request that is being handed over at this moment, before the app has begun with it. */
  let handedOver: ServerResponse | undefined;

  const passToApp = getRequestListener(app.fetch, {
    hostname: 'localhost', // for clients of HTTP/1.0 that name no host
    autoCleanupIncoming: false, // it would give a slow client half a second
    errorHandler: (error) => {
      const problem: Problem = handedOver
        ? { code: 'bad_request', detail: `the target or Host is malformed: ${messageOf(error)}` }
        : toProblem(error);
      const { status, headers, body } = render(problem, handedOver);
      return new Response(body, { status, headers });
    },
  });

  /** @param outgoing of the request that is refused; `undefined` where there is none that can be observed */
  function render(problem: Problem, outgoing: ServerResponse | undefined, incoming?: IncomingMessage): RenderedProblem {
    const request = incoming ?? outgoing?.req;
    const requestId = requestIdOf(request?.headers['x-request-id']);
    const { status, headers, body } = renderProblem(problem, requestId, basePath);
    if (outgoing) Object.assign(observationOf(outgoing), { requestId, status, problem: problem.code });
    else requests.refused({ requestId, method: incoming?.method, status, problem: problem.code });
    const framing = { Connection: 'close', 'Content-Length': String(Buffer.byteLength(body)) };
    return { status, headers: { ...commonHeaders(requestId, cors, request), ...headers, ...framing }, body };
  }

  function refuse(outgoing: ServerResponse, problem: Problem): void {
    const { status, headers, body } = render(problem, outgoing);
    outgoing.writeHead(status, headers).end(body);
  }

  /** Knows of a request until its answer has gone out, or never will. */
  function watch(incoming: IncomingMessage, outgoing: ServerResponse): void {
    unanswered.add(outgoing);
    requests.begin(incoming, outgoing);
    outgoing.once('close', () => {
      unanswered.delete(outgoing);
      requests.end(outgoing);
      readOn(incoming);
    });
  }

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    watch(incoming, outgoing);
    const previous = lastAnswer.get(incoming.socket);
    lastAnswer.set(incoming.socket, outgoing);
    if (isLastAnswer) outgoing.setHeader('Connection', 'close');

    const detail = flawOf(incoming);
    if (detail !== undefined) refuse(outgoing, { code: 'bad_request', detail });
    // Pipelined: a read right behind a submit finds what that stored (RFC 9112, 9.3.2).
    else if (previous && !previous.writableEnded) afterAnswer(previous, () => passOn(incoming, outgoing));
    else passOn(incoming, outgoing);
  }

  function passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    // Behind the last answer of a connection nothing is begun, for nobody would hear of it (RFC 9112, 9.6).
    if (!incoming.socket.writable) return;
    handedOver = outgoing;
    requests.run(outgoing, () => void passToApp(incoming, outgoing));
    handedOver = undefined;
  }

  /** Answers what Node's parser refuses, or the timeouts cut off: after that the connection is of no more use. */
  function onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    if (refused.has(socket)) return; // the parser complains of each further piece
    refused.add(socket);
    const last = lastAnswer.get(socket);
    const refuseNow = (outgoing?: ServerResponse): void =>
      writeAndClose(socket, render(parserProblem(error), outgoing));
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else if (!last) refuseNow();
    else if (last.req.complete) afterAnswer(last, refuseNow);
    else if (!last.headersSent) refuseNow(last);
    else afterAnswer(last, () => closeSoon(socket)); // its body was refused before it had come
  }

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: settings.headersTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      keepAliveTimeout: settings.keepAliveTimeoutMs,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      requireHostHeader: false, // checked above, for Node would answer without a body
    },
    onRequest,
  );
  server.maxConnections = settings.maxConnections;
  server.on('drop', requests.connectionRefused);
  server.timeout = STALLED_CONNECTION_MS;

  server.on('checkContinue', onRequest); // whoever reads the body asks for it
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    watch(incoming, outgoing);
    refuse(outgoing, { code: 'expectation_failed', detail: 'expected 100-continue or no expectation' });
  });
  server.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
    writeAndClose(
      socket,
      render(
        { code: 'method_not_allowed', detail: 'this is no proxy', headers: { Allow: 'DELETE, GET, HEAD, POST' } },
        undefined,
        incoming,
      ),
    );
  });
  server.on('clientError', onClientError);
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    if (isLastAnswer) lingerAtTheEnd(socket);
    socket.once('close', () => connections.delete(socket));
  });

  return {
    server,
    unanswered: () => unanswered.size,
    closeAfterAnswers: () => {
      isLastAnswer = true;
      for (const socket of connections) lingerAtTheEnd(socket);
      for (const outgoing of unanswered) if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    },
    breakOffUsed: () => {
      // By a reset: to a client of HTTP/1.0, such as a proxy, the end of the connection is the end of the body.
      for (const { req } of unanswered) req.socket.resetAndDestroy();
    },
    closeUnused: () => {
      const used = new Set<Duplex>([...unanswered].map(({ req }) => req.socket));
      for (const socket of connections) if (!used.has(socket)) socket.destroy();
    },
  };
}

/** What is wrong with a request although Node's parser took it. */
function flawOf(incoming: IncomingMessage): string | undefined {
  const hosts = countHosts(incoming);
  if (hosts > 1) return 'more than one Host';
  if (incoming.httpVersion === '1.1') return hosts === 0 ? 'no Host' : undefined;
  return incoming.httpVersion === '1.0' ? undefined : 'expected HTTP/1.1';
}

function countHosts({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++;
  return hosts;
}

/** What Node's parser has against a request. */
function parserProblem(error: NodeJS.ErrnoException): Problem {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return { code: 'headers_too_large', detail: `the header fields have more than ${MAX_HEADER_BYTES} bytes` };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'request_timeout', detail: 'the request did not arrive in time' };
    default:
      return { code: 'bad_request', detail: 'the request is not proper HTTP/1.1' };
  }
}

function writeAndClose(socket: Duplex, { status, headers, body }: RenderedProblem): void {
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {}); // the client may be gone by now
  socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`);
  closeSoon(socket);
}

function closeSoon(socket: Duplex): void {
  socket.end();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/**
 * Has a connection read on for a moment behind its last answer: with something unread it would be closed by a reset, which
 * may overtake the answer (RFC 9112, 9.6).
 */
function lingerAtTheEnd(socket: Socket): void {
  // What Node calls when an answer was the last one.
  socket.destroySoon = () => closeSoon(socket);
}

/** Waits with something until an answer has gone out: what a client asked properly is answered first. */
function afterAnswer(answer: ServerResponse, what: () => void): void {
  if (answer.closed) what();
  else answer.once('close', what);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not understood';
}

/*
 * The client: receives a message with a plan, runs it, and sends the result. It uses plain sockets and does as little as
 * possible, because a client that is slower than the server would measure itself.
 */
import { connect, type Socket } from 'node:net';
import { SENT_NOW } from './events.ts';
import type { LoadPlan, LoadResult } from './load.ts';

const CONTENT_LENGTH = /\r\ncontent-length: (\d+)/i;
const HEAD_END = '\r\n\r\n';

process.once('message', (plan: LoadPlan) => {
  const requests = plan.requests.map(createStamped);
  const sockets: Socket[] = [];
  let isCounting = false;
  let responses = 0;
  let longestMs = 0;
  let next = 0;
  const finished = Promise.withResolvers<void>();

  /** True if the plan is a number of responses, and as many requests have been sent. */
  const isSent = (): boolean => plan.responses !== undefined && next >= plan.responses;

  function openConnection(): void {
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    let sentAt = 0;
    let received = '';
    const send = (): void => {
      sentAt = performance.now();
      socket.write(requests[next++ % requests.length]?.() ?? '');
    };
    socket.once('connect', () => void (isSent() || send()));
    socket.on('error', fail);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      if (received[9] !== '2') fail(new Error(`not a 2xx response: ${received.slice(0, 1_000)}`));
      received = '';
      if (isCounting) {
        responses++;
        longestMs = Math.max(longestMs, performance.now() - sentAt);
      }
      if (responses === plan.responses) finished.resolve();
      else if (isSent()) socket.end();
      else if (plan.pauseMs === undefined) send();
      else setTimeout(send, plan.pauseMs);
    });
  }

  for (let i = 0; i < plan.connections; i++) openConnection();
  setTimeout(() => {
    isCounting = true;
    const begun = performance.now();
    const utilization = performance.eventLoopUtilization();
    if (plan.responses === undefined) setTimeout(finished.resolve, plan.loadMs);
    void finished.promise.then(() => {
      const seconds = (performance.now() - begun) / 1_000;
      const clientLoad = performance.eventLoopUtilization(utilization).utilization;
      for (const socket of sockets) socket.destroy();
      const result: LoadResult = { responsesPerSecond: responses / seconds, longestMs, clientLoad };
      process.send?.(result, () => process.exit());
    });
  }, plan.warmUpMs);
});

/** Returns a function that returns the request with the current time in place of each `SENT_NOW`. */
function createStamped(request: Uint8Array): () => Uint8Array {
  const buffer = Buffer.from(request);
  const places: number[] = [];
  for (let at = buffer.indexOf(SENT_NOW); at !== -1; at = buffer.indexOf(SENT_NOW, at + 1)) places.push(at);
  return () => {
    const now = new Date().toISOString();
    for (const place of places) buffer.write(now, place, 'latin1');
    return buffer;
  };
}

/** True if a response has arrived completely. Every response must have a Content-Length. */
function isWhole(received: string): boolean {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return false;
  const [, length] = CONTENT_LENGTH.exec(received) ?? fail(new Error(`a response without Content-Length: ${received}`));
  return received.length >= headEnd + HEAD_END.length + Number(length);
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

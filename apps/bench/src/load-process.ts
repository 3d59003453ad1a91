/*
 * The client: one message tells what to ask, and it answers with what became of that. It does no more than it must, on
 * plain sockets, for a client that is slower than the server would measure itself.
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
  let answers = 0;
  let longestMs = 0;
  let next = 0;

  function ask(): void {
    const socket = connect({ port: plan.port, host: '127.0.0.1', noDelay: true });
    sockets.push(socket);
    let sentAt = 0;
    let received = '';
    const send = (): void => {
      sentAt = performance.now();
      socket.write(requests[next++ % requests.length]?.() ?? '');
    };
    socket.once('connect', send);
    socket.on('error', fail);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (!isWhole(received)) return;
      if (received[9] !== '2') fail(new Error(`refused: ${received.slice(0, 1_000)}`));
      received = '';
      if (isCounting) {
        answers++;
        longestMs = Math.max(longestMs, performance.now() - sentAt);
      }
      if (plan.pauseMs === undefined) send();
      else setTimeout(send, plan.pauseMs);
    });
  }

  for (let i = 0; i < plan.connections; i++) ask();
  setTimeout(() => {
    isCounting = true;
    const begun = performance.now();
    const utilization = performance.eventLoopUtilization();
    setTimeout(() => {
      const seconds = (performance.now() - begun) / 1_000;
      const clientLoad = performance.eventLoopUtilization(utilization).utilization;
      for (const socket of sockets) socket.destroy();
      const result: LoadResult = { answersPerSecond: answers / seconds, longestMs, clientLoad };
      process.send?.(result, () => process.exit());
    }, plan.loadMs);
  }, plan.warmUpMs);
});

/** Makes what gives a request with the time written wherever it belongs. */
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

/** Whether an answer has come as a whole; each tells its length. */
function isWhole(received: string): boolean {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd === -1) return false;
  const [, length] = CONTENT_LENGTH.exec(received) ?? fail(new Error(`an answer without a length: ${received}`));
  return received.length >= headEnd + HEAD_END.length + Number(length);
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/*
 * Clients that follow events over HTTP: receives a message with a plan, runs it, and sends the result.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { newEventsFrom } from './events.ts';
import type { FollowPlan, FollowResult } from './follow-plan.ts';

const PAUSE_MS = 20;
/** Matches the last member of the payload of the events of the bench. */
const NUMBER = /"n":(\d+)\}/g;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

process.once('message', async (plan: FollowPlan) => {
  const result = plan.kind === 'delays' ? await measureDelays(plan) : await countDeliveries(plan);
  process.send?.(result, () => process.exit());
});

async function measureDelays(plan: FollowPlan & { readonly kind: 'delays' }): Promise<FollowResult> {
  const { port, followers, writePort, warmUp, events } = plan;
  const sentAt: number[] = [];
  const delays: number[] = [];
  const all = Promise.withResolvers<void>();
  await follow(port, followers, (n) => {
    delays.push(performance.now() - (sentAt[n] ?? Number.NaN));
    if (delays.length === (warmUp + events) * followers) all.resolve();
  });
  for (const [n, event] of newEventsFrom(0, warmUp + events).entries()) {
    sentAt[n] = performance.now();
    await post(writePort, 'application/json', JSON.stringify(event));
    await sleep(PAUSE_MS);
  }
  await all.promise;
  return delays.slice(warmUp * followers);
}

async function countDeliveries(plan: FollowPlan & { readonly kind: 'deliveries' }): Promise<FollowResult> {
  const { port, followers, bodies, events } = plan;
  let deliveries = 0;
  const all = Promise.withResolvers<void>();
  await follow(port, followers, () => {
    if (++deliveries === events * followers) all.resolve();
  });
  const begun = performance.now();
  for (const body of bodies) await post(port, 'application/x-ndjson', body);
  await all.promise;
  return [(deliveries * 1_000) / (performance.now() - begun)];
}

/**
 * Opens the followers, and calls a function with the number of each event that one receives. They use plain sockets, because a
 * hundred clients of `node:http` would take longer than the server.
 */
async function follow(port: number, followers: number, onEvent: (n: number) => void): Promise<void> {
  for (let i = 0; i < followers; i++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1');
    socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n');
    const [head] = (await once(socket, 'data')) as [string];
    if (!head.startsWith('HTTP/1.1 200')) throw new Error(`following failed: ${head}`);
    let rest = '';
    socket.on('data', (chunk: string) => {
      const text = rest + chunk;
      let end = 0;
      for (const match of text.matchAll(NUMBER)) {
        end = match.index + match[0].length;
        onEvent(Number(match[1]));
      }
      rest = text.slice(end);
    });
  }
}

async function post(port: number, contentType: string, body: string): Promise<void> {
  const headers = { 'Content-Type': contentType };
  const sent = request({ port, host: '127.0.0.1', path: '/events', method: 'POST', headers, agent }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  if (response.statusCode === undefined || response.statusCode >= 300)
    throw new Error(`a submit failed with ${response.statusCode}`);
}

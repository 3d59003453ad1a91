/*
 * Repeats GET /livez on one connection. Sends `begun` after a warm-up. At any message, ends and sends the longest time to a
 * response since then, in milliseconds.
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;
/** The number of requests that are not measured, until the code is compiled. */
const WARM_UP = 200;

const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function timeResponse(): Promise<number> {
  const begun = performance.now();
  const [response] = (await once(get({ port, host: '127.0.0.1', path: '/livez', agent }), 'response')) as [
    IncomingMessage,
  ];
  response.resume();
  await once(response, 'end');
  return performance.now() - begun;
}

for (let i = 0; i < WARM_UP; i++) await timeResponse();
let isOver = false;
process.once('message', () => {
  isOver = true;
});
process.send?.('begun');
let longestMs = 0;
while (!isOver) {
  longestMs = Math.max(longestMs, await timeResponse());
  await sleep(POLL_MS);
}
process.send?.(longestMs, () => process.exit());

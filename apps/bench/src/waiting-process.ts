/*
 * Asks a server whether it is alive, again and again on one connection. Says so when the answers come as fast as they
 * will; told to end, it answers how long the longest of those since took to come, in milliseconds.
 */
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const ASK_EVERY_MS = 5;
/** So many times before it counts, until what it runs is compiled. */
const WARM_UP = 200;

const port = Number(process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

async function timeAnswer(): Promise<number> {
  const begun = performance.now();
  const [answer] = (await once(get({ port, host: '127.0.0.1', path: '/livez', agent }), 'response')) as [
    IncomingMessage,
  ];
  answer.resume();
  await once(answer, 'end');
  return performance.now() - begun;
}

for (let i = 0; i < WARM_UP; i++) await timeAnswer();
let isOver = false;
process.once('message', () => {
  isOver = true;
});
process.send?.('begun');
let longestMs = 0;
while (!isOver) {
  longestMs = Math.max(longestMs, await timeAnswer());
  await sleep(ASK_EVERY_MS);
}
process.send?.(longestMs, () => process.exit());

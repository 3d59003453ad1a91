import { parentPort, workerData } from 'node:worker_threads';

/*
 * Runs as a separate thread, so that the work of the test does not delay it. Repeats a request until it receives a message,
 * and then sends the time of each request in milliseconds.
 */
const { url } = workerData as { readonly url: string };
const SUBMIT = {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: '{"event_type":"quick","timestamp":"2025-01-01T12:00:00Z","payload":{}}',
};

async function ask(target: string, expected: number, init?: RequestInit): Promise<void> {
  const response = await fetch(target, init);
  await response.text();
  if (response.status !== expected) throw new Error(`expected ${expected} of ${target}, not ${response.status}`);
}

const times: number[] = [];
let isOver = false;
parentPort?.once('message', () => {
  isOver = true;
});
while (!isOver) {
  const started = performance.now();
  await ask(`${url}/events?limit=1`, 200);
  await ask(`${url}/events`, 201, SUBMIT);
  times.push((performance.now() - started) / 2);
}
parentPort?.postMessage(times);

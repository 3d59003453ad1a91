import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { linesFrom } from './events.ts';

const NDJSON = 'application/x-ndjson';
/** Events of a batch: as many as the tracker takes. */
const BATCH = 10_000;

/** Submits a batch and answers the ids of its events. */
export async function postLines(port: number, lines: string): Promise<readonly string[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/events`, {
    method: 'POST',
    headers: { 'Content-Type': NDJSON },
    body: lines,
  });
  if (answer.status !== 200) throw new Error(`a batch was answered with ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as { readonly ids: readonly string[] }).ids;
}

/** Submits so many events, in batches. */
export async function fill(port: number, events: number): Promise<void> {
  for (let start = 0; start < events; start += BATCH)
    await postLines(port, linesFrom(start, Math.min(BATCH, events - start)));
}

/** Reads all events as NDJSON as fast as they come, keeps nothing of them, and answers how many bytes they had. */
export async function takeExport(port: number): Promise<number> {
  const request = get({ port, host: '127.0.0.1', path: '/events', headers: { Accept: NDJSON }, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(answer, 'close');
  if (answer.statusCode !== 200 || !answer.complete) throw new Error('the export broke off');
  return bytes;
}

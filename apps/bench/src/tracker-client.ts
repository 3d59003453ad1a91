import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { linesFrom } from './events.ts';

const NDJSON = 'application/x-ndjson';
/** The greatest number of events that the tracker accepts in a batch. */
const BATCH = 10_000;

/** Submits a batch. Returns the ids of its events. */
export async function postLines(port: number, lines: string): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/events`, {
    method: 'POST',
    headers: { 'Content-Type': NDJSON },
    body: lines,
  });
  if (response.status !== 200) throw new Error(`a batch failed with ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { readonly ids: readonly string[] }).ids;
}

/** Submits a number of events, in batches. */
export async function fill(port: number, events: number): Promise<void> {
  for (let start = 0; start < events; start += BATCH)
    await postLines(port, linesFrom(start, Math.min(BATCH, events - start)));
}

/** Reads all events as NDJSON as fast as possible, without keeping them. Returns the number of bytes. */
export async function readExport(port: number): Promise<number> {
  const request = get({ port, host: '127.0.0.1', path: '/events', headers: { Accept: NDJSON }, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  await once(response, 'close');
  if (response.statusCode !== 200 || !response.complete) throw new Error('the export is incomplete');
  return bytes;
}

import { expect } from 'vitest';
import { type Connection, openConnection } from './connection.ts';
import { eventText, postLines } from './events.ts';
import type { StartedServer } from './start-server.ts';

/** Starts an export that stops until the client reads on, because more events are stored than fit into the buffers. */
export async function beginExport({ url }: Pick<StartedServer, 'url'>): Promise<Connection> {
  const text = 'x'.repeat(1_000);
  const old = eventText('old', `{"text":"${text}"}`, '2020-01-01T00:00:00Z');
  for (let i = 0; i < 3; i++) expect((await postLines(url, Array(5_000).fill(old))).status).toBe(200);
  const reader = await openConnection(url);
  reader.write(`GET /events HTTP/1.1\r\nHost: a\r\n\r\n`);
  await reader.until((received) => received.includes('"old"'));
  reader.socket.pause();
  return reader;
}

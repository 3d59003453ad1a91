import { openConnection } from './connection.ts';
import { eventText } from './events.ts';

const KINDS = [
  'Content-Length: 5000000',
  'Transfer-Encoding: chunked',
  'Content-Length: 5000000\r\nContent-Encoding: gzip',
];
const PART = Buffer.from(eventText('aborted', `{"text":"${'x'.repeat(200_000)}`).slice(0, -1));

/** Sends a part of a body, and disconnects when the server has received it. */
export async function abortUpload(url: string, kind: number, fields = ''): Promise<void> {
  const body = KINDS[kind % KINDS.length] ?? '';
  const connection = await openConnection(url);
  const head = 'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue';
  connection.write(`${head}\r\n${fields}${body}\r\n\r\n`);
  await connection.until((text) => text.includes('100 Continue'));
  connection.write(body.includes('chunked') ? `${PART.length.toString(16)}\r\n` : '', PART);
  connection.socket.resetAndDestroy();
  await connection.closed;
}

import { expect, test } from 'vitest';
import { call } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { eventText } from '../support/events.ts';
import { bearer, KEY } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses } from '../support/wire.ts';

const server = useServer({ env: { API_KEYS: `${KEY.read.line};${KEY.write.line}`, MAX_BODY_BYTES: '60000000' } });

const POST = 'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
const fieldOf = (key: { secret: string }): string => `Authorization: ${bearer(key).Authorization}\r\n`;

/** Returns the response to a request whose body is never sent. */
async function statusesFor(head: string): Promise<readonly number[]> {
  const connection = await openConnection(server.url);
  connection.write(`${head}\r\n`);
  const wire = await connection.until((text) => text.endsWith('}\n'));
  connection.socket.destroy();
  return parseResponses(wire).map(({ status }) => status);
}

test.each([
  ['without a key', '', 401],
  ['with a wrong one', fieldOf({ secret: 'wrong' }), 401],
  ['with one for something else', fieldOf(KEY.read), 403],
])('a request %s is refused before its body arrives', async (_, authorization, status) => {
  for (const length of ['Content-Length: 50000000\r\n', 'Transfer-Encoding: chunked\r\n']) {
    expect(await statusesFor(POST + authorization + length)).toEqual([status]);
    // Instead of 100 Continue, not after it.
    expect(await statusesFor(`${POST}${authorization}${length}Expect: 100-continue\r\n`)).toEqual([status]);
  }
});

test('a client that sends 50 MB all the same receives the refusal', async () => {
  const body = new Uint8Array(50_000_000);
  const headers = { 'Content-Type': 'application/json' };
  expectProblem(await call('POST', `${server.url}/events`, { body, headers }), 401, 'unauthorized');
});

test('a connection stays open after a small body is refused', async () => {
  const connection = await openConnection(server.url);
  const event = eventText('refused', '{}');
  const submit = `${POST}Content-Length: ${event.length}\r\n`;
  connection.write(`${submit}\r\n${event}${submit}${fieldOf(KEY.write)}Connection: close\r\n\r\n${event}`);
  await connection.closed;
  expect(parseResponses(connection.received()).map(({ status }) => status)).toEqual([401, 201]);
});

test('a client with a valid key gets 100 Continue', async () => {
  const event = eventText('continued', '{}');
  const connection = await openConnection(server.url);
  const fields = `Content-Length: ${event.length}\r\nExpect: 100-continue\r\nConnection: close\r\n`;
  connection.write(`${POST}${fieldOf(KEY.write)}${fields}\r\n`);
  await connection.until((text) => text === 'HTTP/1.1 100 Continue\r\n\r\n');
  connection.write(event);
  await connection.closed;
  expect(parseResponses(connection.received()).map(({ status }) => status)).toEqual([100, 201]);
});

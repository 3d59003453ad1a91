import { describe, expect, test } from 'vitest';
import { type Connection, openConnection } from './support/connection.ts';
import { eventText, newEvent, postEvent } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { untilBodyBytes } from './support/scrape.ts';
import { useServer } from './support/use-server.ts';

const server = useServer({ env: { MAX_BODY_BYTES: '100000', MAX_INFLIGHT_BODY_BYTES: '150000' } });

const LARGE = eventText('large', `{"text":"${'x'.repeat(90_000)}"}`);

/** Sends a large body without its last byte, and waits until the server has received it. */
async function beginUpload(): Promise<Connection> {
  const connection = await openConnection(server.url);
  const head = `POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${LARGE.length}\r\n\r\n`;
  connection.write(head, LARGE.slice(0, -1));
  await untilBodyBytes(server.url, LARGE.length - 1);
  return connection;
}

async function isOverloaded(): Promise<boolean> {
  const response = await postEvent(server.url, newEvent('other', { text: 'x'.repeat(70_000) }));
  if (response.status === 201) return false;
  expectProblem(response, 503, 'overloaded');
  return true;
}

describe('the bodies of all running requests', () => {
  test('have a total limit, above which a request returns 503 until others end', async () => {
    const upload = await beginUpload();
    expect(await isOverloaded()).toBe(true);
    expect((await postEvent(server.url, newEvent('small'))).status).toBe(201); // the rest of the limit is used
    upload.write(LARGE.slice(-1));
    await upload.until((text) => text.includes('HTTP/1.1 201 Created'));
    expect(await isOverloaded()).toBe(false);
    upload.socket.destroy();
  });

  test('release their share when the client disconnects', async () => {
    const upload = await beginUpload();
    expect(await isOverloaded()).toBe(true);
    upload.socket.destroy();
    await untilBodyBytes(server.url, 0);
    expect(await isOverloaded()).toBe(false);
  });

  test('release their share when they are refused', async () => {
    for (let i = 0; i < 10; i++) {
      expectProblem(
        await postEvent(server.url, newEvent('bad', { text: `${'x'.repeat(90_000)}\0` })),
        400,
        'invalid_event',
      );
      expectProblem(await postEvent(server.url, newEvent('bad', { text: 'x'.repeat(110_000) })), 413, 'body_too_large');
    }
    expect(await isOverloaded()).toBe(false);
  });
});

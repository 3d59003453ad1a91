import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { DeferredResponse } from './deferred-response.ts';

test('sends the responses of a turn together, at its end', async () => {
  const [first, second] = await openTwoRequests();

  first.outgoing.end('one');
  second.outgoing.end('two');

  expect([first.outgoing.writableEnded, second.outgoing.writableEnded]).toEqual([false, false]);
  expect(await Promise.all([first.body, second.body])).toEqual(['one', 'two']);
});

test('sends a response although one before it fails', async () => {
  const [first, second] = await openTwoRequests();

  first.outgoing.end({ an: 'object' });
  second.outgoing.end('two');

  await expect(first.body).rejects.toThrow('socket hang up');
  expect(await second.body).toBe('two');
});

test('sends what was written before the end', async () => {
  const [first, second] = await openTwoRequests();

  first.outgoing.write('one, ');
  first.outgoing.end('two');
  second.outgoing.end();

  expect(await Promise.all([first.body, second.body])).toEqual(['one, two', '']);
});

interface OpenRequest {
  /** The response that the server has not yet sent. */
  readonly outgoing: ServerResponse;
  /** What the client receives. */
  readonly body: Promise<string>;
}

async function openTwoRequests(): Promise<readonly [OpenRequest, OpenRequest]> {
  const server = createServer({ ServerResponse: DeferredResponse });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  const open = async (): Promise<OpenRequest> => {
    const body = fetchText(port);
    body.catch(() => {}); // awaited later
    const [, outgoing] = await once(server, 'request');
    return { outgoing, body };
  };
  return [await open(), await open()];
}

async function fetchText(port: number): Promise<string> {
  const [incoming] = await once(request({ host: '127.0.0.1', port, agent: false }).end(), 'response');
  return text(incoming);
}

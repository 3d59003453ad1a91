import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, type TestResponse } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

/** Submits an event and returns its URL and its tag. */
async function submit(): Promise<{ readonly url: string; readonly tag: string }> {
  const { id } = jsonOf<Event>(await postEvent(server.url, newEvent('tagged')));
  const url = `${server.url}/events/${id}`;
  return { url, tag: (await get(url)).headers.get('etag') ?? '' };
}

function send(method: string, url: string, headers: Record<string, string>): Promise<TestResponse> {
  return call(method, url, { headers });
}

test('the ETag of an event is strong', async () => {
  expect((await submit()).tag).toMatch(/^"[\w-]{22}"$/);
});

describe.each(['GET', 'HEAD', 'DELETE'])('%s with If-Match', (method) => {
  test('succeeds with the tag of the event, or with *', async () => {
    for (const field of [undefined, '*', '"x", ']) {
      const { url, tag } = await submit();
      const response = await send(method, url, { 'If-Match': field?.endsWith(' ') ? field + tag : (field ?? tag) });
      expect(response.status).toBe(method === 'DELETE' ? 204 : 200);
    }
  });

  test('is refused with only other tags, and the event is kept', async () => {
    const { url, tag } = await submit();
    for (const field of ['"other"', `W/${tag}`, 'x', '']) {
      const response = await send(method, url, { 'If-Match': field });
      expect(response.status, field).toBe(412);
      if (method !== 'HEAD') expectProblem(response, 412, 'precondition_failed');
    }
    expect((await get(url)).status).toBe(200);
  });

  test('returns 404 without an event', async () => {
    const response = await send(method, `${server.url}/events/${randomUUID()}`, { 'If-Match': '"x"' });
    expect(response.status).toBe(404);
  });
});

test('If-Match is evaluated before If-None-Match', async () => {
  const { url, tag } = await submit();
  expect((await send('GET', url, { 'If-Match': '"other"', 'If-None-Match': tag })).status).toBe(412);
  expect((await send('GET', url, { 'If-Match': tag, 'If-None-Match': tag })).status).toBe(304);
});

test('DELETE with If-None-Match deletes only an event with another tag', async () => {
  const { url, tag } = await submit();
  for (const field of [tag, `W/${tag}`, '*'])
    expectProblem(await send('DELETE', url, { 'If-None-Match': field }), 412, 'precondition_failed');
  expect((await send('DELETE', url, { 'If-None-Match': '"other"' })).status).toBe(204);
});

test('DELETE by filter has no ETag, so a condition deletes nothing', async () => {
  await submit();
  for (const name of ['If-Match', 'If-None-Match']) {
    const response = await send('DELETE', `${server.url}/events?event_type=tagged`, { [name]: '"x"' });
    expectProblem(response, 412, 'precondition_failed');
  }
  expect(await storedOf(server.url, 'tagged')).not.toEqual([]);
});

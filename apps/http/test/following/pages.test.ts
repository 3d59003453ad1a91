import type { ProblemCode } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, nextLinkOf } from '../support/client.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';

const BASE_PATH = '/tracker';
const server = useServer({ env: { BASE_PATH } });

/** Returns the numbers in the payloads of a page, and the link to the next page. */
async function pageAt(path: string) {
  const response = await get(server.url.replace(BASE_PATH, '') + path);
  const events = jsonOf<readonly { payload: { n: number } }[]>(response);
  return { numbers: events.map(({ payload }) => payload.n), next: nextLinkOf(response) ?? 'no link' };
}

async function submit(eventType: string, n: number, timestamp?: string): Promise<void> {
  expect((await postEvent(server.url, newEvent(eventType, { n }, timestamp))).status).toBe(201);
}

describe('order=arrival', () => {
  test('returns events in order of arrival, and a link from an empty page', async () => {
    await submit('poll', 1, '2025-06-03T00:00:00Z');
    await submit('poll', 2, '2025-06-01T00:00:00Z');
    const first = await pageAt(`${BASE_PATH}/events?order=arrival&event_type=poll&limit=1`);
    const second = await pageAt(first.next);
    const empty = await pageAt(second.next);
    expect([first.numbers, second.numbers, empty.numbers]).toEqual([[1], [2], []]);

    await submit('poll', 3, '1999-01-01T00:00:00Z');
    const third = await pageAt(empty.next);
    expect(third.numbers).toEqual([3]);
    expect((await pageAt(third.next)).numbers).toEqual([]);
  });

  test('is a page also without limit', async () => {
    await submit('unlimited', 1);
    const page = await pageAt(`${BASE_PATH}/events?order=arrival&event_type=unlimited`);
    expect(page.numbers).toEqual([1]);
    expect((await pageAt(page.next)).numbers).toEqual([]);
  });

  test('starts after all events with after=now', async () => {
    await submit('from-now', 1);
    const page = await pageAt(`${BASE_PATH}/events?order=arrival&after=now&event_type=from-now`);
    await submit('from-now', 2);
    expect([page.numbers, (await pageAt(page.next)).numbers]).toEqual([[], [2]]);
  });

  test('continues with other filters', async () => {
    const { next } = await pageAt(`${BASE_PATH}/events?order=arrival&after=now&event_type=one-filter`);
    await submit('other-filter', 7);
    expect((await pageAt(next.replace('one-filter', 'other-filter'))).numbers).toEqual([7]);
  });

  test.each<[string, ProblemCode]>([
    ['after=abc&order=arrival', 'invalid_cursor'],
    ['cursor=abc&order=arrival', 'invalid_query'],
    ['after=start', 'invalid_query'],
    ['after=start&order=desc', 'invalid_query'],
    ['order=arrivals', 'invalid_query'],
    ['order=arrival&limit=0', 'invalid_query'],
    ['order=arrival&after=now&after=now', 'invalid_query'],
  ])('refuses %s, also with HEAD', async (query, code) => {
    expectProblem(await get(`${server.url}/events?${query}`), 400, code, BASE_PATH);
    expect((await call('HEAD', `${server.url}/events?${query}`)).status).toBe(400);
  });

  test('responds to HEAD', async () => {
    expect((await call('HEAD', `${server.url}/events?order=arrival&event_type=poll`)).status).toBe(200);
  });
});

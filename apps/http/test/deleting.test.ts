import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { call, get, jsonOf, type TestResponse } from './support/client.ts';
import { newEvent, postEvent, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

const deleteFrom = (path: string): Promise<TestResponse> => call('DELETE', `${server.url}${path}`);

describe('DELETE /events/{id}', () => {
  test('deletes the event once for every read, and returns 204 without a body', async () => {
    const { id } = jsonOf<Event>(await postEvent(server.url, newEvent('single')));
    const response = await deleteFrom(`/events/${id.toUpperCase()}`);
    expect([response.status, response.text, response.headers.get('content-type')]).toEqual([204, '', null]);
    expectProblem(await get(`${server.url}/events/${id}`), 404, 'event_not_found');
    expect(await storedOf(server.url, 'single')).toEqual([]);
    expectProblem(await deleteFrom(`/events/${id}`), 404, 'event_not_found');
  });

  test('accepts the deleted id again with any content', async () => {
    const id = randomUUID();
    await postEvent(server.url, { id, ...newEvent('before') });
    await deleteFrom(`/events/${id}`);
    const again = await postEvent(server.url, { id, ...newEvent('after', { other: true }) });
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  test.each(['x', '*', `${randomUUID()}0`, '00000000-0000-0000-0000-000000000000'])('refuses %o', async (id) => {
    expectProblem(await deleteFrom(`/events/${id}`), 400, 'invalid_id');
  });

  test('refuses parameters', async () => {
    expectProblem(await deleteFrom(`/events/${randomUUID()}?dry_run=true`), 400, 'invalid_query');
  });
});

describe('DELETE /events', () => {
  test('with dry_run counts the events that it would delete, and without deletes only these', async () => {
    await postEvent(server.url, [newEvent('rm'), newEvent('rm', { n: 1 }), newEvent('rm.not')]);
    const dry = await deleteFrom('/events?event_type=rm&dry_run=true');
    expect([dry.status, jsonOf(dry)]).toEqual([200, { matched: 2 }]);
    expect(await storedOf(server.url, 'rm')).toHaveLength(2);
    const done = await deleteFrom('/events?event_type=rm&dry_run=false');
    expect([done.status, jsonOf(done)]).toEqual([200, { deleted: 2 }]);
    expect(jsonOf(await deleteFrom('/events?event_type=rm'))).toEqual({ deleted: 0 });
    expect(await storedOf(server.url, 'rm')).toEqual([]);
    expect(await storedOf(server.url, 'rm.not')).toHaveLength(1);
  });

  test('accepts the filters of GET /events with the same meaning', async () => {
    const times = ['2024-01-01T00:00:00Z', '2024-01-02T00:00:00Z', '2024-01-03T00:00:00Z', '2024-01-04T00:00:00Z'];
    await postEvent(
      server.url,
      times.map((time, n) => newEvent('filtered', { n, tags: [`t${n % 2}`] }, time)),
    );
    const filters = [
      'event_type[prefix]=filter',
      'start=2024-01-02T00:00:00Z',
      'end=2024-01-03T00:00:00Z',
      'payload.tags=t0',
    ];
    const found = jsonOf<Event[]>(await get(`${server.url}/events?${filters.join('&')}`));
    expect(found.map(({ payload }) => payload.n)).toEqual([2]);
    expect(jsonOf(await deleteFrom(`/events?${filters.join('&')}`))).toEqual({ deleted: 1 });
    const left = await storedOf(server.url, 'filtered');
    expect(left.map(({ payload }) => payload.n)).toEqual([0, 1, 3]);
  });

  test('deletes more than one step of events', async () => {
    await postEvent(
      server.url,
      Array.from({ length: 5_000 }, (_, n) => newEvent('many', { n })),
    );
    expect(jsonOf(await deleteFrom('/events?event_type=many'))).toEqual({ deleted: 5_000 });
    expect(await storedOf(server.url, 'many')).toEqual([]);
  });

  test('counts each event once when several requests delete the same', async () => {
    await postEvent(
      server.url,
      Array.from({ length: 2_000 }, (_, n) => newEvent('raced', { n })),
    );
    const responses = await Promise.all(Array.from({ length: 4 }, () => deleteFrom('/events?event_type=raced')));
    const counts = responses.map((response) => jsonOf<{ deleted: number }>(response).deleted);
    expect(counts.reduce((sum, count) => sum + count)).toBe(2_000);
  });

  test.each(['', '?', '?dry_run=true', '?dry_run=false'])('refuses %o, which has no filter', async (query) => {
    await postEvent(server.url, newEvent('kept'));
    expectProblem(await deleteFrom(`/events${query}`), 400, 'filter_required');
    expect(await storedOf(server.url, 'kept')).not.toEqual([]);
  });

  test.each([
    'event_type=kept&dry_run=yes',
    'event_type=kept&dry_run=',
    'event_type=kept&dry_run=true&dry_run=true',
    'event_type=kept&limit=5',
    'event_type=kept&order=asc',
    'event_type=kept&cursor=x',
    'event_type=kept&unknown=1',
    'event_type=',
    'start=yesterday',
    'start=2024-01-01T00:00:00+02:00',
    'payload.a[like]=1',
    'event_type=%ff',
  ])('refuses %s and deletes nothing', async (query) => {
    await postEvent(server.url, newEvent('kept'));
    expectProblem(await deleteFrom(`/events?${query}`), 400, 'invalid_query');
    expect(await storedOf(server.url, 'kept')).not.toEqual([]);
  });
});

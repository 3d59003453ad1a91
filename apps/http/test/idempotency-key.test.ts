import { randomUUID } from 'node:crypto';
import type { Event } from '@event-tracker/core';
import { afterAll, describe, expect, test } from 'vitest';
import { parseKeys } from '../src/auth/parse-keys.ts';
import { jsonOf, post, type TestResponse } from './support/client.ts';
import { newEvent, postLines, storedOf } from './support/events.ts';
import { basic, bearer, KEY, makeKey, TEST_KEYS } from './support/keys.ts';
import { expectProblem } from './support/problem.ts';
import { serveApp } from './support/serve-app.ts';
import { useServer } from './support/use-server.ts';

const server = useServer();

interface Batch {
  readonly accepted: number;
  readonly duplicates: number;
  readonly ids: readonly string[];
}

function submit(
  events: unknown,
  key: string,
  url = server.url,
  fields: Record<string, string> = {},
): Promise<TestResponse> {
  return post(`${url}/events`, JSON.stringify(events), { 'Idempotency-Key': key, ...fields });
}

describe('a submit with an Idempotency-Key', () => {
  test('stores the event once, and returns the stored event to a retry', async () => {
    const key = randomUUID();
    const first = await submit(newEvent('once'), key);
    const again = await submit(newEvent('once'), key);
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 200, 'true']);
    expect(again.text).toBe(first.text);
    expect(jsonOf<Event>(first).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await storedOf(server.url, 'once')).toHaveLength(1);
  });

  test('is a conflict with other content, with the key as the reason', async () => {
    const key = randomUUID();
    await submit(newEvent('other'), key);
    const { errors } = expectProblem(await submit(newEvent('other', { n: 2 }), key), 409, 'event_id_conflict');
    expect(errors?.[0]?.pointer).toBe('/id');
    expect(await storedOf(server.url, 'other')).toHaveLength(1);
  });

  test('derives an id for each event of a batch, as an array and as lines', async () => {
    const key = randomUUID();
    const events = [newEvent('batch'), newEvent('batch')];
    const first = jsonOf<Batch>(await submit(events, key));
    expect([first.accepted, new Set(first.ids).size]).toEqual([2, 2]);
    const lines = events.map((event) => JSON.stringify(event));
    const again = jsonOf<Batch>(await postLines(server.url, lines, { 'Idempotency-Key': key }));
    expect(again).toMatchObject({ accepted: 0, duplicates: 2, ids: first.ids });
  });

  test('keeps existing ids, and derives the others from their index', async () => {
    const [id, key] = [randomUUID(), randomUUID()];
    const { ids } = jsonOf<Batch>(await submit([{ id, ...newEvent('mixed') }, newEvent('mixed')], key));
    expect(ids[0]).toBe(id);
    const all = jsonOf<Batch>(await submit([newEvent('mixed'), newEvent('mixed')], key));
    expect([all.accepted, all.ids[1]]).toEqual([1, ids[1]]);
  });

  test('still refuses an event whose id is null or that is not an object', async () => {
    const { errors } = expectProblem(await submit({ id: null, ...newEvent('x') }, 'k'), 400, 'invalid_event');
    expect(errors?.[0]?.pointer).toBe('/id');
    for (const event of [null, 5, 'x', [[]]]) expectProblem(await submit(event, 'k'), 400, 'invalid_event');
  });

  test('derives other ids from another key', async () => {
    const ids = await Promise.all(['a', 'b', 'A', '"a"'].map((key) => submit(newEvent('keys'), key)));
    expect(new Set(ids.map((response) => jsonOf<Event>(response).id)).size).toBe(4);
  });

  test.each(['', 'x'.repeat(256), 'a b', 'a\tb', 'a, b', 'é'])('refuses %j as a key', async (key) => {
    const { detail } = expectProblem(await submit(newEvent('bad key'), key), 400, 'bad_request');
    expect(detail).toBe('Idempotency-Key: expected 1 to 255 visible ASCII characters');
    expect(await storedOf(server.url, 'bad key')).toEqual([]);
  });

  test('accepts a key of 255 characters', async () => {
    expect((await submit(newEvent('long key'), `~!${'x'.repeat(253)}`)).status).toBe(201);
  });
});

describe('with API keys', async () => {
  const other = makeKey('other', 'write');
  const keys = [...TEST_KEYS, ...parseKeys([{ setting: 'KEY', unit: 'line', lines: [other.line] }])];
  const served = await serveApp({ keys });
  afterAll(() => served.close());

  test('the same Idempotency-Key of two API keys is two keys, and of one API key is one', async () => {
    const idOf = async (fields: Record<string, string>): Promise<string> =>
      jsonOf<Event>(await submit(newEvent('shared'), 'same', served.url, fields)).id;
    const first = await idOf(bearer(KEY.write));
    expect(await idOf(bearer(other))).not.toBe(first);
    expect(await idOf(basic(KEY.write))).toBe(first);
  });
});

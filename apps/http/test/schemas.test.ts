import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '@event-tracker/core';
import type { BatchResult, ProblemDocument } from '@event-tracker/http-contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, jsonOf, post } from './support/client.ts';
import { NOON } from './support/events.ts';
import { logLinesOf } from './support/log-lines.ts';
import { runServer, type StartedServer, startServer } from './support/start-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-schemas-'));

const INTEGER = { type: 'object', properties: { user_id: { type: 'integer' } }, required: ['user_id'] };
const write = (file: string, schema: unknown): void => writeFileSync(join(folder, file), JSON.stringify(schema));

write('login.json', INTEGER);
write('order.*.json', { ...INTEGER, 'x-mode': 'quarantine' });
write('order.trial.json', { ...INTEGER, 'x-mode': 'warn' });
writeFileSync(join(folder, '..data'), 'a volume of Kubernetes');

let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ env: { SCHEMAS: folder } });
});
afterAll(async () => {
  expect(await server.stop()).toMatchObject({ code: 0 });
  rmSync(folder, { recursive: true });
});
const submit = (body: unknown, headers?: Record<string, string>) =>
  post(`${server.url}/events`, typeof body === 'string' ? body : JSON.stringify(body), headers);
const eventOf = (event_type: string, user_id: unknown, more: object = {}) => ({
  event_type,
  timestamp: NOON,
  payload: { user_id },
  ...more,
});
const storedAs = async (event_type: string) =>
  jsonOf<readonly Event[]>(await get(`${server.url}/events?event_type=${event_type}`));
const replay = async (query: string) => jsonOf(await post(`${server.url}/quarantine/replay${query}`, ''));
const LENIENT = { Prefer: 'handling=lenient' };

describe('a schema', () => {
  test('rejects events that do not match, with pointer, keyword and file', async () => {
    const response = await submit([eventOf('login', 1), eventOf('login', 'x')]);
    expect(response.status).toBe(400);
    expect(jsonOf<ProblemDocument>(response)).toMatchObject({
      code: 'schema_violation',
      detail: 'event 1, /payload/user_id: must be integer',
      error_count: 1,
      errors: [
        {
          index: 1,
          pointer: '/payload/user_id',
          code: 'schema_violation',
          detail: 'must be integer',
          keyword: 'type',
          schema: 'login.json',
        },
      ],
    });
    expect(await storedAs('login')).toEqual([]);
  });

  test('accepts events that match, and events of types without a schema', async () => {
    expect((await submit(eventOf('login', 1))).status).toBe(201);
    expect((await submit(eventOf('other', 'x'))).status).toBe(201);
  });

  test('of the mode quarantine has a single event quarantined: 202 with the record', async () => {
    const sent = eventOf('order.paid', 'x');
    const response = await submit(sent);
    expect(response.status).toBe(202);
    const record = jsonOf<Event>(response);
    expect(record).toMatchObject({
      event_type: 'quarantine.order.paid',
      payload: {
        event: sent,
        protocol: 'event-tracker',
        received_at: record.timestamp,
        problems: [{ pointer: '/payload/user_id', keyword: 'type', schema: 'order.*.json' }],
      },
    });
    expect(response.headers.get('location')).toBe(`/events/${record.id}`);
    expect(jsonOf(await get(`${server.url}/events/${record.id}`))).toEqual(record);

    const again = await submit(sent);
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
    expect(jsonOf(again)).toEqual(record);
  });

  test('of the mode warn stores an event that does not match', async () => {
    expect((await submit(eventOf('order.trial', 'x'))).status).toBe(201);
  });

  test('is rejected in place of quarantine where the request asks for it', async () => {
    const response = await submit(eventOf('order.strict', 'x'), { Prefer: 'handling=strict' });
    expect([response.status, jsonOf<ProblemDocument>(response).code]).toEqual([400, 'schema_violation']);
  });

  test('can be read, and so can the list of all', async () => {
    expect(jsonOf(await get(`${server.url}/schemas`))).toEqual([
      { event_type: 'login', file: 'login.json', mode: 'enforce' },
      { event_type: 'order.*', file: 'order.*.json', mode: 'quarantine' },
      { event_type: 'order.trial', file: 'order.trial.json', mode: 'warn' },
    ]);
    const response = await get(`${server.url}/schemas/order.paid`);
    expect(response.headers.get('content-type')).toBe('application/schema+json');
    expect(JSON.parse(response.text)).toEqual({ ...INTEGER, 'x-mode': 'quarantine' });
    expect((await get(`${server.url}/schemas/other`)).status).toBe(404);
  });

  test('has its violations counted, and logged at a limited rate', async () => {
    for (let i = 0; i < 3; i++) await submit(eventOf('order.trial', `${i}`));
    const metrics = (await get(`${server.url}/metrics`)).text;
    expect(metrics).toMatch(/event_tracker_schema_violations_total\{schema="order\.trial\.json",mode="warn"\} 4\n/);
    expect(metrics).toMatch(/event_tracker_schema_violations_total\{schema="login\.json",mode="enforce"\} 1\n/);
    expect(metrics).toMatch(/event_tracker_events_quarantined_total 2\n/);
    await get(`${server.url}/schemas`, { 'X-Request-Id': 'after-violations' });
    await expect.poll(server.stdout).toMatch(/"after-violations".*\n/); // lines are written with a delay, in order
    const lines = logLinesOf(server.stdout()).filter(({ msg }) => msg === 'events do not match a schema');
    expect(lines.filter(({ schema }) => schema === 'order.trial.json')).toEqual([
      expect.objectContaining({ level: 'warn', mode: 'warn', violations: 1 }),
    ]);
  });
});

describe('a lenient request', () => {
  test('has its invalid events quarantined and the others stored', async () => {
    const events = [eventOf('lenient', 1), eventOf('lenient', 1, { timestamp: 'x' }), eventOf('login', 'x')];
    const response = await submit(events, LENIENT);
    expect([response.status, response.headers.get('preference-applied')]).toEqual([200, 'handling=lenient']);
    const result = jsonOf<BatchResult>(response);
    expect(result).toMatchObject({ accepted: 1, duplicates: 0, quarantined: 2, quarantined_indexes: [1, 2] });
    expect((await storedAs('quarantine.lenient')).map(({ id }) => id)).toEqual([result.ids[1]]);
    const again = jsonOf<BatchResult>(await submit(events.slice(1), LENIENT));
    expect(again).toMatchObject({ accepted: 0, duplicates: 0, quarantined: 2, ids: result.ids.slice(1) });
  });

  test('has lines that are not JSON, or cannot be stored as JSON, quarantined as text', async () => {
    const lines = [JSON.stringify(eventOf('texts', 1)), '{"event_type":', '{"event_type":"texts","n":1e999}'];
    const response = await submit(lines.join('\n'), { ...LENIENT, 'Content-Type': 'application/x-ndjson' });
    expect(jsonOf<BatchResult>(response)).toMatchObject({ accepted: 1, quarantined_indexes: [1, 2] });
    const unknown = await storedAs('quarantine.unknown');
    expect(unknown.map(({ payload: { text, problems } }) => [text, problems])).toEqual([
      [lines[1], [expect.objectContaining({ code: 'malformed_json' })]],
    ]);
    expect((await storedAs('quarantine.texts')).map(({ payload }) => payload.text)).toEqual([lines[2]]);
  });

  test('has an invalid single event quarantined', async () => {
    const response = await submit(eventOf('single', 1, { timestamp: 'x' }), LENIENT);
    expect([response.status, jsonOf<Event>(response).event_type]).toEqual([202, 'quarantine.single']);
  });

  test('with an Idempotency-Key keeps the derived id for the replay', async () => {
    const headers = { 'Idempotency-Key': 'schemas-1', ...LENIENT };
    const record = jsonOf<Event>(await submit(eventOf('keyed', 1, { timestamp: 'x' }), headers));
    expect(record.payload.event).toMatchObject({ id: expect.any(String), event_type: 'keyed' });
  });

  test('cannot submit quarantined events either, such as those of an export', async () => {
    const record = jsonOf<Event>(await submit(eventOf('exported', 1, { timestamp: 'x' }), LENIENT));
    const response = await submit([eventOf('imported', 1), record], LENIENT);
    expect(response.status).toBe(400);
    expect(jsonOf<ProblemDocument>(response)).toMatchObject({
      code: 'invalid_event',
      errors: [{ index: 1, pointer: '/event_type', code: 'reserved_event_type' }],
    });
    expect(await storedAs('imported')).toEqual([]);
    expect(await storedAs('quarantine.quarantine.exported')).toEqual([]);
  });
});

describe('an event of another system', () => {
  const cloudEvent = {
    specversion: '1.0',
    id: 'a',
    source: '/shop',
    type: 'login',
    time: NOON,
    data: { user_id: 'x' },
  };

  test('is checked like every other, as it is stored', async () => {
    const response = await submit(cloudEvent, { 'Content-Type': 'application/cloudevents+json' });
    expect(jsonOf<ProblemDocument>(response)).toMatchObject({
      code: 'schema_violation',
      errors: [{ pointer: '/user_id', keyword: 'required', schema: 'login.json' }],
    });
  });

  test('is refused alone where its protocol can report that', async () => {
    const sent = [eventOf('login', 1), eventOf('other', 1)].map(({ event_type, timestamp }) => ({
      event: event_type,
      uuid: randomUUID(),
      distinct_id: 'u',
      timestamp,
      properties: {},
    }));
    const response = await post(
      `${server.url}/i/v1/analytics/events`,
      JSON.stringify({ created_at: NOON, batch: sent }),
    );
    expect([response.status, Object.values(jsonOf<{ results: object }>(response).results)]).toMatchObject([
      200,
      [{ result: 'drop' }, { result: 'ok' }],
    ]);
  });
});

describe('after SIGHUP', () => {
  const replies = () =>
    logLinesOf(server.stdout().slice(0, server.stdout().lastIndexOf('\n') + 1))
      .map(({ msg }) => msg)
      .filter((msg) => msg.startsWith('SIGHUP') && !msg.includes('keys'));
  async function hangUp(): Promise<string | undefined> {
    const before = replies().length;
    server.process.kill('SIGHUP');
    await expect.poll(() => replies().length, { interval: 20 }).toBe(before + 1);
    return replies()[before];
  }

  test('the new schemas apply, and events that they accept can be replayed', async () => {
    await submit([eventOf('order.replayed', 'x'), eventOf('order.replayed', null)]);
    expect(await replay('?event_type=quarantine.order.replayed')).toEqual({ replayed: 0, still_invalid: 2 });
    write('order.*.json', { properties: { user_id: { type: ['integer', 'string'] } } });
    expect(await hangUp()).toBe('SIGHUP: 3 schemas from now on');

    expect(await replay('?event_type=quarantine.order.replayed&dry_run=true')).toEqual({
      replayed: 1,
      still_invalid: 1,
    });
    expect(await storedAs('order.replayed')).toEqual([]);
    expect(await replay('?event_type=quarantine.order.replayed')).toEqual({ replayed: 1, still_invalid: 1 });
    expect((await storedAs('order.replayed')).map(({ payload }) => payload)).toEqual([{ user_id: 'x' }]);
    expect(await storedAs('quarantine.order.replayed')).toHaveLength(1);
    expect(await replay('?event_type=quarantine.order.replayed')).toEqual({ replayed: 0, still_invalid: 1 });
  });

  test('schemas that cannot be used leave the previous ones in place', async () => {
    write('broken.json', { typ: 'object' });
    expect(await hangUp()).toBe(
      `SIGHUP: SCHEMAS=${folder}: broken.json: /typ: unknown keyword, did you mean type?; the previous schemas stay valid`,
    );
    expect((await submit(eventOf('login', 'x'))).status).toBe(400);
    rmSync(join(folder, 'broken.json'));
  });

  test('replay accepts only types that are quarantined', async () => {
    const response = await post(`${server.url}/quarantine/replay?event_type=login`, '');
    expect([response.status, jsonOf<ProblemDocument>(response).code]).toEqual([400, 'invalid_query']);
  });
});

describe('SCHEMAS', () => {
  test('names a folder that must exist', async () => {
    const none = join(folder, 'none');
    const { code, stderr } = await runServer({ env: { SCHEMAS: none } }).exit;
    expect([code, stderr]).toEqual([1, `SCHEMAS=${none}: the folder cannot be read (ENOENT)\n`]);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInvalidQueryError, isSchemaViolationError, isStoreTimeoutError } from '@event-tracker/core';
import { afterAll, describe, expect, test } from 'vitest';
import { createEventTrackerClient } from '../src/index.ts';
import { createFaultyClient, problem } from './support/faults.ts';
import { useServer } from './support/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-schemas-'));
const SCHEMA = { 'x-mode': 'quarantine', properties: { user_id: { type: 'integer' } } };
writeFileSync(join(folder, 'login.*.json'), JSON.stringify(SCHEMA));
afterAll(() => rmSync(folder, { recursive: true }));

const ID = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';

const server = useServer({ SCHEMAS: folder });
const loginOf = (event_type: string, user_id: number | string) => ({
  event_type,
  timestamp: '2025-01-01T12:00:00Z',
  payload: { user_id },
});

describe('submit', () => {
  test('returns the record of an event that the server quarantines', async () => {
    const client = createEventTrackerClient({ url: server.url });
    expect(await client.submit(loginOf('login.default', 'x'))).toMatchObject({
      event_type: 'quarantine.login.default',
    });
  });

  test('with strict handling, rejects an event that the server would quarantine, and stores nothing', async () => {
    const client = createEventTrackerClient({ url: server.url });
    const submitted = client.submit(loginOf('login.strict', 'x'), { handling: 'strict' });
    await expect(submitted).rejects.toSatisfy(isSchemaViolationError);
    await expect(submitted).rejects.toMatchObject({
      problems: [{ pointer: '/payload/user_id', keyword: 'type', schema: 'login.*.json' }],
    });
    const types = (await client.eventTypes()).map(({ event_type }) => event_type);
    expect(types.filter((type) => type.includes('login.strict'))).toEqual([]);
  });
});

describe('replayQuarantined', () => {
  test('replays what is valid now, or only counts it', async () => {
    const client = createEventTrackerClient({ url: server.url });
    await client.submit(loginOf('login.replayed', 'x'));
    await client.submit({ ...loginOf('login.replayed', 'y'), id: ID });
    // The event that was sent with this id can no longer be stored.
    await client.submit({ ...loginOf('login.replayed', 1), id: ID });
    const query = { event_type: 'quarantine.login.replayed' };
    expect(await client.replayQuarantined(query, { dryRun: true })).toEqual({ replayed: 0, stillInvalid: 2 });
    writeFileSync(join(folder, 'login.*.json'), '{}');
    server.reload();
    await expect
      .poll(() => client.replayQuarantined(query, { dryRun: true }))
      .toEqual({ replayed: 1, stillInvalid: 1 });
    expect(await client.replayQuarantined(query)).toEqual({ replayed: 1, stillInvalid: 1 });
    expect(await client.replayQuarantined(query)).toEqual({ replayed: 0, stillInvalid: 1 });
  });

  test('rejects a query that no replay can have', async () => {
    const client = createEventTrackerClient({ url: server.url });
    await expect(client.replayQuarantined({ event_type: 'login' })).rejects.toSatisfy(isInvalidQueryError);
    await expect(client.replayQuarantined({ start: 'yesterday' })).rejects.toSatisfy(isInvalidQueryError);
  });

  test('is not repeated after a minute, because it would count only the events of its last part', async () => {
    const { client, requests } = createFaultyClient(server.url, [problem(503, 'store_timeout')]);
    await expect(client.replayQuarantined({})).rejects.toSatisfy(isStoreTimeoutError);
    expect(requests).toEqual(['POST /quarantine/replay?dry_run=false']);
  });
});

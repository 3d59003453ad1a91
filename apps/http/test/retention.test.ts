import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { countOf, newEvent, postEvent, storedOf } from './support/events.ts';
import { expectProblem } from './support/problem.ts';
import { startInProcess } from './support/start-in-process.ts';
import { useServer } from './support/use-server.ts';

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const aged = (event_type: string, days: number) => newEvent(event_type, { days }, daysAgo(days));
const RETENTION = { RETENTION_DAYS: '30', RETENTION_DAYS_BY_TYPE: 'debug:7, audit.*:3650' };

describe('a submit to a server with retention', () => {
  const server = useServer({ env: RETENTION });

  test('stores events that are kept', async () => {
    const batch = [aged('debug', 6.99), aged('audit.login', 3_649), aged('other', 29.99), aged('other', -1_000)];
    expect((await postEvent(server.url, batch)).status).toBe(200);
  });

  test.each([
    ['debug', 7.01, '7 days'],
    ['audit.login', 3_651, '3650 days'],
    ['other', 30.01, '30 days'],
  ])('refuses a %s event that is %d days old, with the reason', async (type, age, days) => {
    const { errors, detail } = expectProblem(await postEvent(server.url, aged(type, age)), 400, 'outside_retention');
    const place = { pointer: '/timestamp', code: 'outside_retention' };
    expect(errors).toEqual([{ ...place, detail: `events of this type are kept for ${days}` }]);
    expect(detail).toBe(`/timestamp: events of this type are kept for ${days}`);
  });

  test('refuses a batch with one expired event, and stores nothing', async () => {
    const batch = [aged('whole', 1), aged('whole', 31)];
    const { errors } = expectProblem(await postEvent(server.url, batch), 400, 'outside_retention');
    expect(errors?.map(({ index }) => index)).toEqual([1]);
    expect(await storedOf(server.url, 'whole')).toEqual([]);
  });
});

describe('a server that starts with retention', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-retention-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('deletes only expired events while it serves', async () => {
    const EVENT_STORE = `sqlite:${join(folder, 'events.sqlite')}`;
    const forgiving = await startInProcess({ env: { EVENT_STORE } });
    const kept = [aged('debug', 5), aged('audit.login', 400), aged('other', 20)];
    const expired = Array.from({ length: 3_000 }, (_, n) => aged(n % 2 === 0 ? 'debug' : 'other', 31 + n));
    await postEvent(forgiving.url, [...kept, ...expired]);
    await forgiving.stop();

    const server = await startInProcess({ env: { EVENT_STORE, ...RETENTION } });
    await expect.poll(() => countOf(server.url, 'debug')).toBe(1);
    await expect.poll(() => countOf(server.url, 'other')).toBe(1);
    expect(await storedOf(server.url, 'audit.login')).toHaveLength(1);
    await expect.poll(() => server.stdout()).toContain('retention: 3000 expired events deleted');
    expect((await server.stop()).code).toBe(0);
  });

  test('stops before a deletion has ended, and continues after a restart', async () => {
    const EVENT_STORE = `sqlite:${join(folder, 'stopped.sqlite')}`;
    const forgiving = await startInProcess({ env: { EVENT_STORE } });
    await postEvent(forgiving.url, aged('recent', 1));
    for (let batch = 0; batch < 2; batch++) {
      await postEvent(
        forgiving.url,
        Array.from({ length: 10_000 }, (_, n) => aged('other', 31 + n)),
      );
    }
    await forgiving.stop();

    const stopped = await startInProcess({ env: { EVENT_STORE, ...RETENTION } });
    await expect.poll(() => countOf(stopped.url, 'other'), { interval: 10 }).toBeLessThan(20_000);
    expect(await stopped.stop()).toMatchObject({ code: 0, complaints: [] });
    const after = await startInProcess({ env: { EVENT_STORE } });
    expect(await countOf(after.url, 'other')).toBeGreaterThan(0);
    await after.stop();
    const server = await startInProcess({ env: { EVENT_STORE, ...RETENTION } });
    await expect.poll(() => countOf(server.url, 'other'), { timeout: 20_000 }).toBe(0);
    await server.stop();
  });

  test('deletes nothing while the clock is far ahead of the newest event, and logs a warning', async () => {
    const EVENT_STORE = `sqlite:${join(folder, 'clock.sqlite')}`;
    const forgiving = await startInProcess({ env: { EVENT_STORE } });
    await postEvent(forgiving.url, [aged('other', 400), aged('other', 401)]);
    await forgiving.stop();

    const server = await startInProcess({ env: { EVENT_STORE, ...RETENTION } });
    await expect.poll(() => server.stdout()).toContain('retention: the clock is 400 days ahead of the newest event');
    expect(await storedOf(server.url, 'other')).toHaveLength(2);
    await server.stop();
  });
});

import { describe, expect, test } from 'vitest';
import { createClickHouseEventStore } from '../clickhouse-event-store.ts';
import { parseClickHouseUrl } from './clickhouse-url.ts';

const PLAIN = {
  url: 'http://db.example:8123/',
  username: 'default',
  password: '',
  database: 'event_tracker',
  cluster: undefined,
  quorum: undefined,
};

describe('parseClickHouseUrl', () => {
  test.each([
    ['clickhouse://db.example', {}],
    ['clickhouse://db.example/events', { database: 'events' }],
    [
      'clickhouse://app:p%40ss%2F@db.example:9123/e',
      { url: 'http://db.example:9123/', username: 'app', password: 'p@ss/', database: 'e' },
    ],
    ['clickhouse://[::1]:8123', { url: 'http://[::1]:8123/' }],
    ['clickhouse://db.example?secure=true', { url: 'https://db.example:8443/' }],
    ['clickhouse://db.example:443?secure=true', { url: 'https://db.example/' }],
    ['clickhouse://db.example?cluster=main&quorum=auto', { cluster: 'main', quorum: 'auto' as const }],
    ['clickhouse://db.example?cluster=a&quorum=3', { cluster: 'a', quorum: 3 }],
    ['clickhouse://db.example?ch_max_threads=2', { url: 'http://db.example:8123/?ch_max_threads=2' }],
  ])('reads %s', (text, expected) => {
    expect(parseClickHouseUrl(text)).toEqual({ ...PLAIN, ...expected });
  });

  test.each([
    'http://app:hunter2@db',
    'clickhouse:',
    'clickhouse://app:hunter2@[db',
    'hunter2',
    'clickhouse://app:hunter2@db?secure=1',
    'clickhouse://app:hunter2@db?quorum=auto',
    'clickhouse://app:hunter2@db?cluster=a&quorum=1',
    'clickhouse://app:hunter2@db?cluster=a&quorum=most',
    'clickhouse://app:hunter2%zz@db',
    'clickhouse://app@db?password=hunter2',
    'clickhouse://app:hunter2@db?max_open_connections=many',
    'clickhouse://app:hunter2@db?max_connections=hunter2',
    'clickhouse://app:hunter2@db/a-b',
    'clickhouse://app:hunter2@db/a%60b',
    `clickhouse://app:hunter2@db?cluster=${encodeURIComponent("it's")}`,
  ])('rejects %s, without its password', async (url) => {
    const error = await createClickHouseEventStore({ url }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toMatch(/: expected /);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });
});

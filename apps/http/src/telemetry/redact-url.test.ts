import { expect, test } from 'vitest';
import { storeName } from './redact-url.ts';

test.each([
  ['memory:', 'memory:'],
  ['sqlite:./data/e v.sqlite', 'sqlite:./data/e v.sqlite'],
  ['postgres://app:hunter2@db.example:5432/events?sslmode=require', 'postgres://app@db.example:5432/events'],
  ['postgresql://db/events?password=hunter2&user=app', 'postgresql://db/events'],
  ['postgres://app:hunter2@[db/events', 'postgres://…'],
  ['clickhouse://app:hunter2@ch.example:8123/events?cluster=main', 'clickhouse://app@ch.example:8123/events'],
  ['postgress://app:hunter2@db', 'postgress://app@db'],
  ['sqlite:./a@b/events?.sqlite', 'sqlite:./a@b/events?.sqlite'],
  ['postgres:app:hunter2@db/events', 'postgres:…'],
  ['postgres:/app:hunter2@db/events', 'postgres:…'],
  ['redis:hunter2@db', 'redis:…'],
  [':hunter2@db:6379', '…'],
  ['hunter2@db:6379', '…'],
])('of %s tells no secret', (eventStore, expected) => {
  expect(storeName(eventStore)).toBe(expected);
});

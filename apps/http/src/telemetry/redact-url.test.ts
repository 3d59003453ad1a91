import { expect, test } from 'vitest';
import { redactUrl } from './redact-url.ts';

test.each([
  ['memory:', 'memory:'],
  ['postgres://app:hunter2@[db/events', 'postgres://…'],
  ['postgres://app:hunter2@db/events?sslmode=require', 'postgres://app@db/events'],
  ['postgress://app:hunter2@db', 'postgress://app@db'],
  ['postgres:app:hunter2@db/events', 'postgres:…'],
  ['postgres:/app:hunter2@db/events', 'postgres:…'],
  ['redis:hunter2@db', 'redis:…'],
  [':hunter2@db:6379', '…'],
  ['hunter2@db:6379', '…'],
])('shows no secret of %s', (text, expected) => {
  expect(redactUrl(text)).toBe(expected);
});

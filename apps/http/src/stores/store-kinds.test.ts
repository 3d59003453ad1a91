import { expect, test } from 'vitest';
import { STORE_KINDS, storeExamples, storeKindOf } from './store-kinds.ts';

test.each([
  ['memory:', 'memory:'],
  ['sqlite:./data/e v.sqlite', 'sqlite:./data/e v.sqlite'],
  ['sqlite:./a@b/events?.sqlite', 'sqlite:./a@b/events?.sqlite'],
  ['sqlite:/data/~/a:b.sqlite', 'sqlite:/data/~/a:b.sqlite'],
  ['postgres://app:hunter2@db.example:5432/events?sslmode=require', 'postgres://app@db.example:5432/events'],
  ['postgresql://db/events?password=hunter2&user=app', 'postgresql://db/events'],
  ['clickhouse://app:hunter2@ch.example:8123/events?cluster=main', 'clickhouse://app@ch.example:8123/events'],
])('shows %s as %s', (eventStore, shown) => {
  expect(storeKindOf(eventStore)?.redact(eventStore)).toBe(shown);
});

test.each([
  '',
  'memory',
  'memory:x',
  'sqlite:',
  'sqlite::memory:',
  'sqlite:~/events.sqlite',
  'sqlite:file:events.sqlite',
  'sqlite://data/events.sqlite',
  'sqlite:///data/events.sqlite',
  'sqlite:./events.sqlite?mode=ro',
  'postgres:',
  'postgres:db/events',
  'postgres://[db',
  'mysql://db/events',
])('rejects %j', (eventStore) => {
  expect(storeKindOf(eventStore)).toBeUndefined();
});

test('each kind of store accepts its example', () => {
  for (const kind of STORE_KINDS) {
    const example = kind.example.replace('PORT', '5432');
    expect(storeKindOf(example)).toBe(kind);
    expect(storeExamples()).toContain(kind.example);
  }
});

test('only a store in a file has a disk gauge', () => {
  const files = ['memory:', 'sqlite:./data/events.sqlite', 'postgres://db/events', 'clickhouse://db/events'].map(
    (name) => storeKindOf(name)?.file?.(name),
  );
  expect(files).toEqual([undefined, './data/events.sqlite', undefined, undefined]);
});

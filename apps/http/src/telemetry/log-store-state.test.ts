import { createMemoryEventStore } from '@event-tracker/adapters-memory';
import { createStoreTimeoutError, createStoreUnavailableError, type EventStorePort } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { logStoreState } from './log-store-state.ts';

const EVENT = {
  id: '018cc251-f400-7000-8000-000000000001',
  event_type: 'a',
  timestamp: '2025-01-01T12:00:00Z',
  payload: {},
};
const APPENDED = [[EVENT]];
const PAGE = { filter: {}, order: 'asc', limit: 1 } as const;

test('logs once for each task that the store is unavailable, and that it is available again', async () => {
  let failure: Error | undefined;
  const memory = createMemoryEventStore();
  const orFail = <T>(work: () => Promise<T>): Promise<T> => (failure ? Promise.reject(failure) : work());
  const flaky: EventStorePort = {
    ...memory,
    append: (batches) => orFail(() => memory.append(batches)),
    query: (page) => orFail(() => memory.query(page)),
    ping: () => orFail(() => memory.ping()),
  };
  const lines: string[] = [];
  const write = (line: unknown): unknown => lines.push(String(line));
  const store = logStoreState(flaky, { warn: write, info: write });

  await store.ping();
  failure = createStoreTimeoutError('too slow');
  await store.query(PAGE).catch(() => {});
  expect(lines).toEqual([]);
  failure = createStoreUnavailableError('no route to 10.0.0.1');
  for (let n = 0; n < 3; n++) await Promise.allSettled([store.append(APPENDED), store.ping()]);
  expect(lines).toEqual([
    'the store is unavailable: appends: no route to 10.0.0.1',
    'the store is unavailable: the readiness check: no route to 10.0.0.1',
  ]);
  failure = undefined;
  for (let n = 0; n < 2; n++) await store.ping();
  await store.append(APPENDED);
  expect(lines.slice(2)).toEqual([
    'the store is available again: the readiness check succeed after 1 s',
    'the store is available again: appends succeed after 1 s',
  ]);
});

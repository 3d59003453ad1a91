import type { Event } from '@event-tracker/core';
import type { AggregateRequest } from '@event-tracker/core/store';
import { appendBatch } from '@event-tracker/core/store';
import { beforeAll, expect, test } from 'vitest';
import { createMemoryEventStore } from './memory-event-store.ts';

const EVENTS = 100_000;

const REQUESTS: Readonly<Record<string, Omit<AggregateRequest, 'filter'>>> = {
  'many distinct values': { metrics: [{ kind: 'unique', path: ['session'] }] },
  'the top 10 of many groups': { metrics: [{ kind: 'count' }], groupBy: ['session'], top: 10 },
  'many groups': { metrics: [{ kind: 'count' }], groupBy: ['session'] },
};

const store = createMemoryEventStore();

beforeAll(async () => {
  for (let start = 0; start < EVENTS; start += 10_000) {
    await appendBatch(
      store,
      Array.from({ length: 10_000 }, (_, index) => eventOf(start + index)),
    );
  }
}, 30_000);

test.each(Object.entries(REQUESTS))('yields to the event loop while it computes %s', async (_, request) => {
  const turns = countTurns();
  const begin = process.threadCpuUsage();
  await store.aggregate({ filter: {}, ...request });
  const { user, system } = process.threadCpuUsage(begin);
  expect((user + system) / 1_000 / turns.end(), 'CPU milliseconds per turn of the event loop').toBeLessThan(20);
});

/** Counts the turns of the event loop. */
function countTurns() {
  let turns = 1;
  let isOver = false;
  const next = (): void => {
    turns++;
    if (!isOver) setImmediate(next);
  };
  setImmediate(next);
  return {
    end: (): number => {
      isOver = true;
      return turns;
    },
  };
}

function eventOf(index: number): Event {
  return Object.freeze({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    event_type: 'visit',
    timestamp: '2025-01-01T12:00:00Z',
    payload: Object.freeze({ session: `session-${index}` }),
  });
}

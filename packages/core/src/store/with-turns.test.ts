import { expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import type { Event } from '../event/event.ts';
import { nextTurn } from '../runtime/event-loop.ts';
import type { PageRequest } from './event-store-port.ts';
import { withTurns } from './with-turns.ts';

const SEARCH = { payload: [{ path: ['n'], op: 'gt' as const, operand: 0 }] };

/** A store whose pages end when the test ends them, and the names of those that have begun. */
function createSubject() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const store = withTurns(
    {
      ...createStubEventStore(),
      query: ({ limit }) => {
        begun.push(limit);
        return new Promise<readonly Event[]>((resolve) => ends.push(() => resolve([])));
      },
    },
    { aggregateMs: 60_000, queryMs: 60_000 },
  );
  const query = (limit: number, client: string, filter: PageRequest['filter'] = {}) =>
    store.query({ filter, order: 'asc', limit }, { client });
  return { begun, query, endFirst: () => ends.shift()?.() };
}

test('begins small pages immediately, and a limited number of large ones', async () => {
  const { begun, query, endFirst } = createSubject();
  const large = Array.from({ length: 20 }, (_, n) => query(1_000, `client ${n}`));
  expect(begun).toHaveLength(8);
  const small = query(101, 'client 0');
  expect(begun.at(-1)).toBe(101);
  while (begun.length < 21) {
    endFirst();
    for (let turn = 0; turn < 2; turn++) await nextTurn();
  }
  for (let n = 0; n < 21; n++) endFirst();
  await Promise.all([...large, small]);
});

test('begins large pages and searches of a client although another has many', () => {
  const { begun, query } = createSubject();
  for (let n = 0; n < 20; n++) void query(1_000, 'a');
  for (let n = 0; n < 20; n++) void query(1, 'a', SEARCH);
  expect(begun).toHaveLength(8);
  void query(2_000, 'b');
  void query(2, 'b', SEARCH);
  expect(begun.slice(8)).toEqual([2_000, 2]);
});

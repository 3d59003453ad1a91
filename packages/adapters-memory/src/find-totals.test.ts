import type { Event } from '@event-tracker/core';
import { type AggregateRequest, epochNanosecondsOf } from '@event-tracker/core/store';
import { expect, test } from 'vitest';
import { createContents } from './contents/contents.ts';
import { findTotals } from './find-totals.ts';

const contents = createContents();
for (const [index, second] of [0, 0, 1, 2, 59].entries()) {
  const event: Event = {
    id: `00000000-0000-4000-8000-00000000000${index}`,
    event_type: index % 2 === 0 ? 'even' : 'odd',
    timestamp: `2025-01-01T12:00:${String(second).padStart(2, '0')}Z`,
    payload: {},
  };
  contents.add({ event, sequence: index + 1, bytes: 100 });
}

const at = (second: number): bigint => epochNanosecondsOf('2025-01-01T12:00:00Z') + BigInt(second) * 1_000_000_000n;

function totalsFor(request: Partial<AggregateRequest>, committed = 5) {
  return findTotals(contents, { filter: {}, metrics: [{ kind: 'count' }], ...request }, committed);
}

test('counts events by type and bucket within the range of the filter', () => {
  expect(totalsFor({})).toEqual([{ bucket: 0, count: 5 }]);
  const boundaries = [at(0), at(2), at(60)];
  expect(totalsFor({ boundaries, groupBy: 'event_type', filter: { start: at(1), end: at(2) } })).toEqual([
    { bucket: 0, event_type: 'even', count: 1 },
    { bucket: 1, event_type: 'odd', count: 1 },
  ]);
  expect(totalsFor({ filter: { start: at(3), end: at(1) } })).toEqual([]);
});

test('finds the first and the last instant', () => {
  const metrics = [{ kind: 'first' }, { kind: 'last' }] as const;
  expect(totalsFor({ metrics, filter: { event_type: ['odd'] } })).toEqual([
    { bucket: 0, count: 2, first: at(0), last: at(2) },
  ]);
});

test('leaves to others what requires reading events', () => {
  expect(totalsFor({ filter: { q: ['a'] } })).toBeUndefined();
  expect(totalsFor({ groupBy: ['a'] })).toBeUndefined();
  expect(totalsFor({}, 4), 'an event that is not committed').toBeUndefined();
  expect(totalsFor({ boundaries: Array.from({ length: 20_000 }, (_, second) => at(second)) })).toBeUndefined();
});

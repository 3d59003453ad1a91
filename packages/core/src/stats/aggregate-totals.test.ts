import { describe, expect, test } from 'vitest';
import { withRandom } from '../../test/random.ts';
import type { Event } from '../event/event.ts';
import { epochNanosecondsOf, formatTimestamp } from '../event/timestamp.ts';
import { aggregateEvents } from './aggregate-events.ts';
import type { AggregateCell, AggregateRequest, Metric } from './aggregate-request.ts';
import { aggregateTotals, bucketEdges, needsOnlyTotals, type Totals } from './aggregate-totals.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');
const METRICS: readonly Metric[] = [{ kind: 'count' }, { kind: 'first' }, { kind: 'last' }];

describe('aggregateTotals', () => {
  test('returns the cells of aggregateEvents', () =>
    withRandom(async (random) => {
      for (let round = 0; round < 200; round++) {
        const events = Array.from({ length: random.below(60) }, (): Event => {
          const event_type = random.pick(['a', 'b', 'c', '\uffff', '😀']);
          return { id: '', event_type, timestamp: formatTimestamp(NOON + BigInt(random.below(5))), payload: {} };
        });
        const request: AggregateRequest = {
          filter: {},
          metrics: [random.pick(METRICS), ...METRICS],
          groupBy: random.pick([undefined, 'event_type']),
          top: random.pick([undefined, 1, 2, 9]),
        };
        const expected = await aggregateEvents((visit) => {
          for (const event of events) visit(event, epochNanosecondsOf(event.timestamp));
        }, request);
        expect(toTexts(aggregateTotals(totalsOf(events, request), request))).toEqual(toTexts(expected));
      }
    }));
});

/** Returns cells as texts, in a defined order. */
function toTexts(cells: readonly AggregateCell[]): readonly string[] {
  return cells
    .map((cell) => JSON.stringify(cell, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort();
}

test.each<[string, Partial<AggregateRequest>, bigint[]]>([
  ['one bucket', { filter: { start: 5n, end: 9n } }, [5n, 10n]],
  ['buckets within the range', { boundaries: [6n, 8n], filter: { start: 5n, end: 9n } }, [6n, 8n, 10n]],
  ['buckets around the range', { boundaries: [1n, 7n, 30n], filter: { start: 5n, end: 9n } }, [5n, 7n, 10n, 10n]],
  ['buckets before the range', { boundaries: [1n, 2n], filter: { start: 5n, end: 9n } }, [5n, 5n, 10n]],
  ['an empty range', { boundaries: [1n], filter: { start: 9n, end: 5n } }, [6n, 6n]],
  ['no range', { boundaries: [1n] }, [1n, 2n ** 63n]],
])('bucketEdges of %s', (_, request, edges) => {
  expect(bucketEdges({ filter: {}, metrics: METRICS, ...request })).toEqual(edges);
});

test.each<[boolean, Partial<AggregateRequest>]>([
  [true, {}],
  [true, { filter: { event_type: ['a'], start: 1n }, groupBy: 'event_type', top: 1, boundaries: [1n] }],
  [true, { metrics: METRICS }],
  [false, { filter: { q: ['a'] } }],
  [false, { filter: { payload: [{ path: ['a'], op: 'exists', operand: true }] } }],
  [false, { groupBy: ['a'] }],
  [false, { metrics: [...METRICS, { kind: 'sum', path: ['a'] }] }],
])('needsOnlyTotals is %s for %o', (expected, request) => {
  expect(needsOnlyTotals({ filter: {}, metrics: [{ kind: 'count' }], ...request })).toBe(expected);
});

function totalsOf(events: readonly Event[], { groupBy }: AggregateRequest): readonly Totals[] {
  const ofTypes = Map.groupBy(events, ({ event_type }) => (groupBy === undefined ? undefined : event_type));
  return [...ofTypes].map(([event_type, ofType]) => {
    const instants = ofType.map(({ timestamp }) => epochNanosecondsOf(timestamp)).sort((a, b) => Number(a - b));
    return { bucket: 0, event_type, count: ofType.length, first: instants[0], last: instants.at(-1) };
  });
}

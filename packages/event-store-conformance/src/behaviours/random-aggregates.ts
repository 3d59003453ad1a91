import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import {
  type AggregateRequest,
  appendBatch,
  type EventFilter,
  formatTimestamp,
  type GroupBy,
  type Metric,
  type PayloadPath,
} from '@event-tracker/core/store';
import { aggregate, expectCells } from '../cells.ts';
import { type EventBuilder, positionOf } from '../event-builder.ts';
import type { Behaviours } from '../harness.ts';
import { createModel } from '../model.ts';
import type { Random } from '../random.ts';
import { byEffort } from '../test-effort.ts';

const EVENTS = byEffort({ quick: 1_000, full: 3_000, long: 3_000 });
const REQUESTS = byEffort({ quick: 20, full: 80, long: 200 });

const TYPES = ['login', 'login', 'login', 'logout', 'Login', 'order.new', 'order.paid', 'order'];
const PATHS: readonly PayloadPath[] = [
  ['g'],
  ['v'],
  ['v'],
  ['lines', 'v'],
  ['lines', 'g'],
  ['lines'],
  ['a.b'],
  ['nothing'],
];
const PATH_KINDS = ['unique', 'sum', 'avg', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const;
/** Slightly more than an hour, so that boundaries are at arbitrary instants. */
const STEP = 3_600_000_000_001n;

export const randomAggregates = {
  'returns what aggregateEvents returns': async ({ store, anEvent, random }) => {
    const events = Array.from({ length: EVENTS }, () =>
      anEvent({ event_type: random.pick(TYPES), payload: randomPayload(random) }),
    );
    for (let start = 0; start < EVENTS; start += 700) await appendBatch(store, events.slice(start, start + 700));
    const model = createModel(events);
    for (let count = 0; count < REQUESTS; count++) {
      const request = randomRequest(random, events, anEvent);
      expectCells(await aggregate(store, request), await model.aggregate(request), `of ${describeRequest(request)}`);
    }
  },
} satisfies Behaviours;

function randomRequest(random: Random, events: readonly Event[], anEvent: EventBuilder): AggregateRequest {
  const metrics = Array.from({ length: 1 + random.integer(3) }, () => randomMetric(random));
  return {
    filter: randomFilter(random, events),
    metrics,
    ...(random.chance(0.5) && { boundaries: randomBoundaries(random, anEvent) }),
    ...(random.chance(0.7) && { groupBy: randomGroupBy(random) }),
    ...(random.chance(0.6) && { top: 1 + random.integer(random.pick([2, 6, 30])) }),
  };
}

function randomMetric(random: Random): Metric {
  if (random.chance(0.3)) return { kind: random.pick(['count', 'first', 'last'] as const) };
  return { kind: random.pick(PATH_KINDS), path: random.pick(PATHS) };
}

function randomGroupBy(random: Random): GroupBy {
  return random.chance(0.3) ? 'event_type' : random.pick(PATHS);
}

function randomFilter(random: Random, events: readonly Event[]): EventFilter {
  const instant = () => positionOf(random.pick(events)).epochNanoseconds;
  const path = random.pick(PATHS);
  return {
    ...(random.chance(0.3) && { event_type: [random.pick(TYPES), random.pick(TYPES)] }),
    ...(random.chance(0.2) && { event_type_prefix: [random.pick(['order', 'log', 'L', 'nothing'])] }),
    ...(random.chance(0.3) && { start: instant() }),
    ...(random.chance(0.3) && { end: instant() }),
    ...(random.chance(0.3) && {
      payload: [
        random.pick([
          { path, op: 'exists', operand: random.chance(0.5) },
          { path, op: 'in', operands: [1, '1', true, 'a'] },
          { path, op: 'gt', operand: 0 },
        ] as const),
      ],
    }),
  };
}

/** Returns boundaries in the year of the events, sometimes at the exact instants of events. */
function randomBoundaries(random: Random, anEvent: EventBuilder): readonly bigint[] {
  if (random.chance(0.3)) {
    const instants = Array.from({ length: 1 + random.integer(20) }, () => positionOf(anEvent()).epochNanoseconds);
    return [...new Set(instants)].sort((a, b) => (a < b ? -1 : 1));
  }
  const start = positionOf(anEvent()).epochNanoseconds;
  const step = STEP * BigInt(1 + random.integer(200));
  return Array.from({ length: 1 + random.integer(60) }, (_, index) => start + BigInt(index) * step);
}

function randomPayload(random: Random): JsonObject {
  const lines = Array.from({ length: random.integer(3) }, () => ({ v: randomNumber(random), g: randomValue(random) }));
  return {
    ...(random.chance(0.8) && { g: randomValue(random) }),
    ...(random.chance(0.8) && { v: random.chance(0.8) ? randomNumber(random) : randomValue(random) }),
    ...(random.chance(0.5) && { lines: random.chance(0.8) ? lines : (lines[0] ?? [lines]) }),
    ...(random.chance(0.3) && { 'a.b': randomNumber(random), a: { b: 1_000_000 } }),
  };
}

/** Returns one of few values, so that some are equal, or an array of them. */
function randomValue(random: Random): JsonValue {
  if (random.chance(0.2)) return Array.from({ length: random.integer(4) }, () => randomValue(random));
  return random.pick<JsonValue>([
    0,
    1,
    2,
    -1,
    '1',
    '2',
    '',
    'a',
    'A',
    'b',
    'é',
    '\uffff',
    '\u{1f600}',
    true,
    false,
    null,
    { v: 1 },
  ]);
}

/** Returns a multiple of 1/4: its sums are exact in any order, so that no ranking depends on the last bit. */
function randomNumber(random: Random): number {
  return (random.integer(400) - 200) / 4;
}

function describeRequest(request: AggregateRequest): string {
  return JSON.stringify(request, (name, value: unknown) => {
    if (name === 'boundaries' && Array.isArray(value)) return `${value.length} from ${formatTimestamp(value[0])}`;
    return typeof value === 'bigint' ? formatTimestamp(value) : value;
  });
}

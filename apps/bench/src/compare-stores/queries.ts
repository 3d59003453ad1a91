import type { AggregateRequest, EventFilter } from '@event-tracker/core/store';
import { instantOf, TYPES } from '../events.ts';
import { repeat } from '../interleave.ts';
import { type Cost, costOf, leastOf, medianOf } from './cost.ts';
import { formatTime, print } from './print.ts';
import type { Subject } from './subject.ts';

const PAGE = 100;
const PAGES = 200;
const ROUNDS = 3;
/** In seconds, which is also the number of events. */
const HOUR = 3_600;

/** Measures pages of one type within an hour, at different positions in the first half of the events. */
export async function measurePages(subject: Subject, events: number): Promise<void> {
  for (const order of ['asc', 'desc'] as const) {
    const costs: Cost[] = [];
    for (let n = 0; n < PAGES; n++) {
      const first = Math.floor((events * n) / PAGES / 2);
      const event_type = [TYPES[n % TYPES.length] ?? ''];
      const filter = { event_type, start: instantOf(first), end: instantOf(first + HOUR) };
      costs.push(await costOf(subject, () => subject.store.query({ filter, order, limit: PAGE })));
    }
    print(`page of ${PAGE} by type and range, ${order}`, formatTime(medianOf(costs)));
  }
}

/** Measures pages whose filters read all events. */
export async function measureFilters(subject: Subject): Promise<void> {
  for (const [what, filter] of Object.entries(FILTERS)) {
    const costs = await repeat(ROUNDS, () =>
      costOf(subject, () => subject.store.query({ filter, order: 'desc', limit: PAGE })),
    );
    print(`page of ${PAGE} where ${what}`, formatTime(leastOf(costs)));
  }
}

/** No event matches, or few do, so that no page is full before all events are read. */
const FILTERS: Readonly<Record<string, EventFilter>> = {
  'payload.path equals a value of no event': { payload: [{ path: ['path'], op: 'in', operands: ['/products/977'] }] },
  'payload.user_id is 42': { payload: [{ path: ['user_id'], op: 'in', operands: [42] }] },
  'payload.amount is greater than 999.98': { payload: [{ path: ['amount'], op: 'gt', operand: 999.98 }] },
  'payload.path contains a text of no event, ignoring case': {
    payload: [{ path: ['path'], op: 'icontains', operand: 'PRODUCTS/977' }],
  },
  'q is a text of no event': { q: ['TIMEOUT'] },
  'q is a text of no event, not in ASCII': { q: ['ÉCLAIR'] },
  'q is digits of no event': { q: ['123456789'] },
};

export async function measureStats(subject: Subject, events: number): Promise<void> {
  for (const [what, request] of Object.entries(requestsFor(events))) {
    const costs = await repeat(ROUNDS, () => costOf(subject, () => subject.store.aggregate(request)));
    print(what, formatTime(leastOf(costs)));
  }
}

function requestsFor(events: number): Readonly<Record<string, AggregateRequest>> {
  const boundaries = Array.from({ length: Math.ceil(events / HOUR) }, (_, hour) => instantOf(hour * HOUR));
  return {
    'count of each type, first and last': {
      filter: {},
      metrics: [{ kind: 'count' }, { kind: 'first' }, { kind: 'last' }],
      groupBy: 'event_type',
    },
    'count per hour by type': {
      filter: {},
      metrics: [{ kind: 'count' }],
      boundaries,
      groupBy: 'event_type',
      top: 10,
    },
    'sum of payload.amount': { filter: {}, metrics: [{ kind: 'sum', path: ['amount'] }] },
    'distinct values of payload.user_id': { filter: {}, metrics: [{ kind: 'unique', path: ['user_id'] }] },
    'count by payload.path': { filter: {}, metrics: [{ kind: 'count' }], groupBy: ['path'], top: 10 },
    '95th percentile of payload.amount': { filter: {}, metrics: [{ kind: 'p95', path: ['amount'] }] },
    'count where q is a text of all events': { filter: { q: ['PRODUCTS'] }, metrics: [{ kind: 'count' }] },
    'count where payload.user_id is 42': {
      filter: { payload: [{ path: ['user_id'], op: 'in', operands: [42] }] },
      metrics: [{ kind: 'count' }],
    },
  };
}

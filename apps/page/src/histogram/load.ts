import type { StatsQuery } from '@event-tracker/core';
import { effect, signal } from '@preact/signals';
import { type Parameter, parameterOf } from '../address/address.ts';
import { address, timeZone } from '../address/current.ts';
import { shownType } from '../address/quarantine-type.ts';
import { filtersAt } from '../address/time-range.ts';
import {
  chooseInterval,
  type Histogram,
  type Interval,
  type Range,
  rangeOfTypes,
  toHistogram,
} from '../chart/buckets.ts';
import { loadEventTypes, shownTypes } from '../server/event-types.ts';
import { toFilterQuery } from '../server/filter-query.ts';
import { key } from '../server/key.ts';
import { createLatest } from '../server/latest.ts';
import { createTracker } from '../server/tracker.ts';
import { arrivals } from '../table/events.ts';

/** A histogram, and the range of its events. */
export interface ShownHistogram extends Histogram, Range {
  readonly interval: Interval;
}

/** Number of types that have a separate color. */
const MAX_GROUPS = 8;
const RELOAD_EVERY_MS = 5_000;

export const histogram = signal<ShownHistogram | undefined>(undefined);

const loading = createLatest();
let isReloadPlanned = false;

effect(() => {
  address.value;
  key.value;
  shownTypes.value;
  timeZone.value;
  load();
});

effect(() => {
  if (arrivals.value === 0 || isReloadPlanned) return;
  isReloadPlanned = true;
  setTimeout(() => {
    isReloadPlanned = false;
    loadEventTypes(); // which loads the histogram, because the range depends on them
  }, RELOAD_EVERY_MS);
});

function load(): void {
  const { view } = address.peek();
  if (view === 'stats') return;
  const filters = filtersAt(address.peek(), Date.now());
  const range = rangeOf(filters);
  if (!range) {
    loading.abort();
    histogram.value = undefined;
    return;
  }
  const interval = chooseInterval(range);
  const query: StatsQuery = {
    ...toFilterQuery(filters),
    metric: 'count',
    interval,
    group_by: 'event_type',
    top: MAX_GROUPS,
    time_zone: timeZone.peek(),
  };
  loading.run(
    (signal) => createTracker().stats(query, { signal }),
    (rows) => {
      const { starts, groups } = toHistogram(rows);
      const shownGroups = groups.map((group) => ({ ...group, name: group.name && shownType(group.name, view) }));
      histogram.value = { starts, groups: shownGroups, ...range, interval };
    },
    () => {
      histogram.value = undefined; // the table reports the reason, because it sends the same filters
    },
  );
}

/** Returns the range of the filters, which the events of their types limit where the filters do not. */
function rangeOf(filters: readonly Parameter[]): Range | undefined {
  const types = shownTypes.peek();
  if (!types) return undefined;
  const query = { view: 'events', parameters: filters } as const;
  const selected = address
    .peek()
    .parameters.filter(([name]) => name === 'event_type')
    .map(([, value]) => value);
  const found = rangeOfTypes(types.filter(({ event_type }) => selected.length === 0 || selected.includes(event_type)));
  const start = parseTime(parameterOf(query, 'start'));
  const end = parseTime(parameterOf(query, 'end'));
  const endsNow = parameterOf(address.peek(), 'view.last') !== undefined;
  const startMs = start ?? found?.startMs;
  if (startMs === undefined) return undefined;
  return {
    startMs,
    endMs: Math.max(startMs, end ?? (endsNow ? Date.now() : found?.endMs) ?? startMs),
  };
}

/** A bare date is its whole day; the difference does not matter to the choice of an interval. */
function parseTime(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

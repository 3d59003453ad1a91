import type { StatsQuery, StatsRow } from '@event-tracker/core';
import { effect, signal } from '@preact/signals';
import { formatParameters, type Parameter, statsParametersOf } from '../address/address.ts';
import { address, timeZone } from '../address/current.ts';
import { filtersAt } from '../address/time-range.ts';
import { describeError, type Failure } from '../server/describe-error.ts';
import { toFilterQuery } from '../server/filter-query.ts';
import { key } from '../server/key.ts';
import { createLatest } from '../server/latest.ts';
import { createTracker } from '../server/tracker.ts';

export const rows = signal<readonly StatsRow[] | undefined>(undefined);
export const statsFailure = signal<Failure | undefined>(undefined);
/** True while `rows` are those of earlier parameters, or not there yet. */
export const isLoading = signal(false);

const loading = createLatest();

effect(() => {
  key.value;
  timeZone.value;
  if (address.value.view === 'stats') {
    loadStats();
  } else {
    loading.abort();
    isLoading.value = false;
  }
});

function loadStats(): void {
  statsFailure.value = undefined;
  isLoading.value = true;
  loading.run(
    (signal) => createTracker().stats(toStatsQuery(parameters()), { signal }),
    (result) => {
      rows.value = result;
      isLoading.value = false;
    },
    (error) => {
      rows.value = undefined;
      isLoading.value = false;
      statsFailure.value = describeError(error);
    },
  );
}

/** Returns the call of the API whose result is shown. */
export function statsPath(): string {
  return `/stats?${formatParameters(parameters())}`;
}

function parameters(): readonly Parameter[] {
  const zone: readonly Parameter[] = timeZone.peek() === 'UTC' ? [] : [['time_zone', timeZone.peek()]];
  return [...filtersAt(address.peek(), Date.now()), ...statsParametersOf(address.peek()), ...zone];
}

function toStatsQuery(all: readonly Parameter[]): StatsQuery {
  const { top, ...others } = Object.fromEntries(Object.entries(toFilterQuery(all)));
  // The client checks the names and the values.
  return { ...others, ...(top !== undefined && { top: Number(top) }) } as StatsQuery;
}

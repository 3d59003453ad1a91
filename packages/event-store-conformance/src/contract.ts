import { aborting } from './behaviours/aborting.ts';
import { aggregating } from './behaviours/aggregating.ts';
import { append } from './behaviours/append.ts';
import { arrival } from './behaviours/arrival.ts';
import { batches } from './behaviours/batches.ts';
import { conflicts } from './behaviours/conflicts.ts';
import { contentFidelity } from './behaviours/content-fidelity.ts';
import { cost } from './behaviours/cost.ts';
import { deletion } from './behaviours/deletion.ts';
import { filtering } from './behaviours/filtering.ts';
import { filteringPayloads } from './behaviours/filtering-payloads.ts';
import { idempotency } from './behaviours/idempotency.ts';
import { lifecycle } from './behaviours/lifecycle.ts';
import { mutability } from './behaviours/mutability.ts';
import { order } from './behaviours/order.ts';
import { paging } from './behaviours/paging.ts';
import { percentiles } from './behaviours/percentiles.ts';
import { racingAppends } from './behaviours/racing-appends.ts';
import { racingArrivals } from './behaviours/racing-arrivals.ts';
import { randomAggregates } from './behaviours/random-aggregates.ts';
import { randomQueries } from './behaviours/random-queries.ts';
import { readingWhileWriting } from './behaviours/reading-while-writing.ts';
import { searching } from './behaviours/searching.ts';
import type { Behaviours } from './harness.ts';

/** A behaviour for every sentence of the comments of `EventStorePort`, in groups. */
export const CONTRACT = {
  append,
  idempotency,
  conflicts,
  batches,
  filtering,
  'filtering payloads': filteringPayloads,
  searching,
  order,
  paging,
  cost,
  'content fidelity': contentFidelity,
  'random queries': randomQueries,
  aggregating,
  percentiles,
  'random aggregates': randomAggregates,
  'racing appends': racingAppends,
  'reading while writing': readingWhileWriting,
  deletion,
  aborting,
  'order of arrival': arrival,
  'racing arrivals': racingArrivals,
  mutability,
  lifecycle,
} satisfies Readonly<Record<string, Behaviours>>;

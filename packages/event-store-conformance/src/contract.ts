import { append } from './behaviours/append.ts';
import { conflicts } from './behaviours/conflicts.ts';
import { contentFidelity } from './behaviours/content-fidelity.ts';
import { cost } from './behaviours/cost.ts';
import { filtering } from './behaviours/filtering.ts';
import { idempotency } from './behaviours/idempotency.ts';
import { lifecycle } from './behaviours/lifecycle.ts';
import { mutability } from './behaviours/mutability.ts';
import { order } from './behaviours/order.ts';
import { paging } from './behaviours/paging.ts';
import { racingAppends } from './behaviours/racing-appends.ts';
import { randomQueries } from './behaviours/random-queries.ts';
import { readingWhileWriting } from './behaviours/reading-while-writing.ts';
import type { Behaviours } from './harness.ts';

/** Everything that the comments of `EventStorePort` promise, in groups. */
export const CONTRACT = {
  append,
  idempotency,
  conflicts,
  filtering,
  order,
  paging,
  cost,
  'content fidelity': contentFidelity,
  'random queries': randomQueries,
  'racing appends': racingAppends,
  'reading while writing': readingWhileWriting,
  mutability,
  lifecycle,
} satisfies Readonly<Record<string, Behaviours>>;

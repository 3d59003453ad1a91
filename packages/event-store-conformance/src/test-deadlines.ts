import type { StoreDeadlines } from '@event-tracker/core/store';

/** Deadlines for stores under test, long enough for a slow or busy machine. */
export const TEST_DEADLINES: StoreDeadlines = {
  appendMs: 30_000,
  getMs: 30_000,
  queryMs: 30_000,
  aggregateMs: 60_000,
  deleteMs: 30_000,
  headMs: 30_000,
  readAfterMs: 30_000,
  pingMs: 30_000,
};

import type { StoreDeadlines } from '@event-tracker/core/store';

/** Deadlines for stores that are held to the contract, which says nothing of the speed of the machine that runs the tests. */
export const PATIENT_DEADLINES: StoreDeadlines = {
  appendMs: 30_000,
  getMs: 30_000,
  queryMs: 30_000,
  aggregateMs: 60_000,
  deleteMs: 30_000,
  headMs: 30_000,
  readAfterMs: 30_000,
  pingMs: 30_000,
};

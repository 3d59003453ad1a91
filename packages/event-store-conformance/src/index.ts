export { conditionsAt } from './conditions-at.ts';
export { describeEventStore } from './describe-event-store.ts';
export type { EventStoreHarness } from './harness.ts';
export { ingestUntilKilled } from './ingest-until-killed.ts';
export { createRecorder, expectNothingLost, isTransient, type Recorder, record } from './recorder.ts';
export { TEST_DEADLINES } from './test-deadlines.ts';
export { byEffort, IS_QUICK } from './test-effort.ts';

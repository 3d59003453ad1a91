export { conditionsAt } from './conditions-at.ts';
export { describeEventStore } from './describe-event-store.ts';
export type { EventStoreHarness } from './harness.ts';
export { ingestUntilKilled } from './ingest-until-killed.ts';
export { PATIENT_DEADLINES } from './patient-deadlines.ts';
export { createRecorder, expectNothingLost, isPassing, type Recorder, record } from './recorder.ts';
export { byEffort, IS_QUICK } from './test-effort.ts';

export { describeEventStore } from './describe-event-store.ts';
export type { EventStoreHarness } from './harness.ts';

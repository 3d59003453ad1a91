import { describeEventStore, TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { createMemoryEventStore } from './memory-event-store.ts';

describeEventStore('memory event store', { open: () => createMemoryEventStore({ deadlines: TEST_DEADLINES }) });

import { describeEventStore } from '../src/index.ts';
import { createNaiveHarness } from './naive-event-store.ts';

describeEventStore('naive event store', createNaiveHarness());

import { describeEventStore } from '../index.ts';
import { ALL_GUARANTEES, createNaiveHarness, FEWEST_GUARANTEES } from './naive-event-store.ts';

describeEventStore('naive event store', createNaiveHarness(ALL_GUARANTEES));
describeEventStore('naive event store that promises little', createNaiveHarness(FEWEST_GUARANTEES));

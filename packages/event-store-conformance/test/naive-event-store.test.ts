import { describe } from 'vitest';
import { describeEventStore } from '../src/index.ts';
import { IS_QUICK } from '../src/test-effort.ts';
import { createNaiveHarness } from './naive-event-store.ts';

// In a quick run, only the adapters pass the whole suite.
describe.skipIf(IS_QUICK)('without faults', () => describeEventStore('naive event store', createNaiveHarness()));

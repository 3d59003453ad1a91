import { describeEventStore } from '@event-tracker/event-store-conformance';
import { describe } from 'vitest';
import { findEngine } from '../test/engine.ts';

const engine = await findEngine();

describe.skipIf(!engine)('with ClickHouse', () => {
  if (!engine) return;
  describeEventStore('ClickHouse event store', { open: (place) => engine.open(place), remove: engine.drop });
});

import { describeEventStore } from '@event-tracker/event-store-conformance';
import { describe } from 'vitest';
import { findEngine } from '../test/engine.ts';

const engine = await findEngine();

describe.skipIf(!engine)('with ClickHouse', () => {
  describeEventStore('ClickHouse event store', {
    open: (place) => {
      if (!engine) throw new Error('no engine');
      return engine.open(place);
    },
    delete: (place) => engine?.drop(place),
  });
});

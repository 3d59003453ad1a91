import { expectTypeOf, test } from 'vitest';
import type { EventStorePort } from './event-store-port.ts';

test('the port has no member for schemas, quarantine or replay: a quarantined event is an event', () => {
  expectTypeOf<keyof EventStorePort>().toEqualTypeOf<
    'guarantees' | 'append' | 'get' | 'query' | 'aggregate' | 'delete' | 'id' | 'head' | 'readAfter' | 'ping' | 'close'
  >();
});

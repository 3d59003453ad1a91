import { expect, test } from 'vitest';
import { createStubEventStore } from '../../test/stub-event-store.ts';
import { isStoreUnavailableError } from '../errors.ts';
import type { EventStorePort } from './event-store-port.ts';
import { withOrderlyClose } from './with-orderly-close.ts';

const CALLS: [string, (store: EventStorePort) => Promise<unknown>][] = [
  ['append', (store) => store.append([])],
  ['get', (store) => store.get('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')],
  ['query', (store) => store.query({ filter: {}, order: 'asc', limit: 10 })],
  ['aggregate', (store) => store.aggregate({ filter: {}, metrics: [{ kind: 'count' }] })],
  ['delete', (store) => store.delete([])],
  ['ping', (store) => store.ping()],
];

test.each(CALLS)('returns the result of %s, and rejects it after close', async (_name, call) => {
  const stub = createStubEventStore();
  const store = withOrderlyClose(stub, 'the stub');
  expect(await call(store)).toEqual(await call(stub));
  const closed = store.close();
  await expect(call(store)).rejects.toSatisfy(isStoreUnavailableError);
  await expect(call(store)).rejects.toThrow('the stub is closed');
  await closed;
});

test('closes once, when the running calls have settled', async () => {
  const happened: string[] = [];
  const [reply, failure] = [Promise.withResolvers<void>(), Promise.withResolvers<number>()];
  const store = withOrderlyClose(
    {
      ...createStubEventStore(),
      ping: () => reply.promise,
      delete: () => failure.promise,
      close: async () => {
        happened.push('closed');
      },
    },
    'the stub',
  );
  const calls = Promise.allSettled([
    store.ping().then(() => happened.push('resolved')),
    store.delete([]).catch(() => happened.push('failed')),
  ]);
  const closed = Promise.all([store.close(), store.close()]);
  reply.resolve();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(happened).toEqual(['resolved']);
  failure.reject(new Error('away'));
  await Promise.all([calls, closed]);
  expect(happened).toEqual(['resolved', 'failed', 'closed']);
});

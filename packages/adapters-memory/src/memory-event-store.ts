import {
  composeStore,
  createStoreId,
  type EventStore,
  type EventStorePort,
  type GroupCommitObserver,
  type StoreDeadlines,
} from '@event-tracker/core/store';
import { aggregate } from './aggregate.ts';
import { appendBatches, type Bounds } from './append.ts';
import { createContents } from './contents/contents.ts';
import { deleteEvents } from './delete.ts';
import { getEvent } from './get.ts';
import { createLock } from './lock.ts';
import { findPage } from './query.ts';
import { readAfter } from './read-after.ts';

/** Options of `createMemoryEventStore`. */
export interface MemoryEventStoreOptions {
  /** Maximum number of events. Default: 1,000,000. */
  readonly maxEvents?: number;
  /** Maximum estimated memory in bytes. Default: 1 GiB. */
  readonly maxBytes?: number;
  /** Maximum duration of each call, in milliseconds. Default: `DEFAULT_STORE_DEADLINES` of core. */
  readonly deadlines?: Partial<StoreDeadlines>;
  /** Receives group-commit statistics, for metrics. */
  readonly groupCommitObserver?: GroupCommitObserver | undefined;
}

const DEFAULT_BOUNDS: Bounds = { maxEvents: 1_000_000, maxBytes: 1024 ** 3 };

/**
 * Creates an event store in memory. Writers run one at a time; readers never wait, and see the events that were committed
 * when their call began. A full store rejects appends with `store_full`; it never drops a stored event.
 */
export function createMemoryEventStore(options: MemoryEventStoreOptions = {}): EventStore {
  const { deadlines, groupCommitObserver: observer, ...bounds } = { ...DEFAULT_BOUNDS, ...options };
  const runExclusive = createLock();
  let contents = createContents();
  /** The sequence of the last event that readers can see. */
  let committed = 0;

  const store: EventStorePort = {
    id: createStoreId(),
    guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact', following: 'exact' },
    append: (batches) =>
      runExclusive(async () => {
        const appended = await appendBatches(contents, batches, committed, bounds);
        committed = appended.committed;
        return appended.outcomes;
      }),
    get: async (id) => getEvent(contents, id, committed),
    query: (request, { signal } = {}) => findPage(contents, structuredClone(request), committed, signal),
    aggregate: async (request, { signal } = {}) => aggregate(contents, structuredClone(request), committed, signal),
    delete: (ids) => {
      const wanted = new Set(ids);
      return runExclusive(() => deleteEvents(contents, wanted));
    },
    head: async () => BigInt(committed),
    readAfter: async (request) => readAfter(contents, request, committed),
    ping: async () => {},
    close: async () => {
      contents = createContents(); // free the memory
    },
  };
  return composeStore(store, { name: 'the memory store', deadlines, groupCommit: true, observer });
}

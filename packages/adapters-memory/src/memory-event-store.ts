import {
  composeStore,
  createStoreId,
  type EventStorePort,
  type StoreDeadlines,
  secureEvent,
} from '@event-tracker/core/store';
import { aggregate } from './aggregate.ts';
import { appendBatches, type Bounds } from './append.ts';
import { createContents } from './contents/contents.ts';
import { deleteEvents } from './delete.ts';
import { getEvent } from './get.ts';
import { createLock } from './lock.ts';
import { findPage } from './query.ts';
import { readAfter } from './read-after.ts';

/** The bounds of a memory store; what is left out has a default. */
export interface MemoryEventStoreOptions {
  /** Greatest number of events; 1,000,000 unless told otherwise. */
  readonly maxEvents?: number;
  /** Greatest estimated memory in bytes; 1 GiB unless told otherwise. */
  readonly maxBytes?: number;
  /** How long each call may take, in milliseconds. */
  readonly deadlines?: Partial<StoreDeadlines>;
}

const DEFAULT_BOUNDS: Bounds = { maxEvents: 1_000_000, maxBytes: 1024 ** 3 };

/**
 * A store in memory: a Map behind a lock. Writers go one at a time; readers never wait, and see what was committed when
 * their call began. When it is full, appends are refused with `store_full`; nothing is ever dropped.
 */
export function createMemoryEventStore(options: MemoryEventStoreOptions = {}): EventStorePort {
  const { deadlines, ...bounds } = { ...DEFAULT_BOUNDS, ...options };
  const exclusively = createLock();
  let contents = createContents();
  /** Sequence of the last event that readers may see. */
  let committed = 0;

  const store: EventStorePort = {
    id: createStoreId(),
    guarantees: { durability: 'process', conflicts: 'exact', batches: 'exact', following: 'exact' },
    append: (batches) => {
      // Before the call waits for its turn: their owner can change the events as soon as it has made it.
      const secured = batches.map((batch) => batch.map(secureEvent));
      return exclusively(async () => {
        const appended = await appendBatches(contents, secured, committed, bounds);
        committed = appended.committed;
        return appended.outcomes;
      });
    },
    get: async (id) => getEvent(contents, id, committed),
    query: (request) => findPage(contents, structuredClone(request), committed),
    aggregate: async (request) => aggregate(contents, structuredClone(request), committed),
    delete: (ids) => {
      const wanted = new Set(ids);
      return exclusively(() => deleteEvents(contents, wanted));
    },
    head: async () => BigInt(committed),
    readAfter: async (request) => readAfter(contents, request, committed),
    ping: async () => {},
    close: async () => {
      contents = createContents(); // the events need no memory any more
    },
  };
  return composeStore(store, { name: 'the memory store', deadlines, groupCommit: false });
}

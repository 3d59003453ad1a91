import { dirname } from 'node:path';
import type { EventStorePort } from '@event-tracker/core/store';
import { type StoreObserver, type StoreSettings, storeExamples, storeKindOf } from './store-kinds.ts';

/** The store of a server, and its setting. */
export interface OpenedStore {
  readonly store: EventStorePort;
  /** The setting, without secrets. */
  readonly name: string;
  /** The kind of store, which is public. */
  readonly kind: string;
  /** The folder whose disk must have free space; `undefined` if the store is not a file. */
  readonly folder: string | undefined;
}

/**
 * Opens the store of `EVENT_STORE`.
 *
 * @throws the adapter's error if the store cannot be opened
 */
export async function openStore(settings: StoreSettings, observer: StoreObserver): Promise<OpenedStore> {
  const { eventStore } = settings;
  const kind = storeKindOf(eventStore);
  if (!kind) throw new RangeError(`expected ${storeExamples()}`);
  const file = kind.file?.(eventStore);
  return {
    store: await kind.open(settings, observer),
    name: kind.redact(eventStore),
    kind: kind.name,
    folder: file === undefined ? undefined : dirname(file),
  };
}

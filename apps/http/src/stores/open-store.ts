import { dirname } from 'node:path';
import type { EventStorePort } from '@event-tracker/core/store';
import { type StoreObserver, type StoreSettings, storeExamples, storeKindOf } from './store-kinds.ts';

/** The store of a server, and what else its setting says. */
export interface OpenedStore {
  readonly store: EventStorePort;
  /** The setting, without anything secret. */
  readonly name: string;
  /** The kind of store alone, which anyone may know. */
  readonly kind: string;
  /** The folder whose disk must have room; `undefined` where the store is no file. */
  readonly folder: string | undefined;
}

/**
 * Opens the store that `EVENT_STORE` names.
 *
 * @throws the adapter's error where it cannot be opened
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

import type { Event } from '../event/event.ts';
import type { FilterQuery } from '../query/filter-query.ts';
import {
  createQuarantineRecord,
  type DeriveId,
  type Receipt,
  type RejectedEvent,
} from '../schema/quarantine-record.ts';
import type { AppendResult, EventStorePort } from '../store/event-store-port.ts';
import { appendWithRecords } from './append-with-records.ts';
import {
  type ReplayDependencies,
  type ReplayOptions,
  type ReplayResult,
  replayQuarantined,
} from './replay-quarantined.ts';

/** Stores rejected events as quarantined events, and submits them again. */
export interface Quarantine {
  /** Returns the event that holds a rejected event, or undefined if what was sent cannot be stored. */
  record(rejected: RejectedEvent, receipt: Omit<Receipt, 'deriveId'>): Event | undefined;
  /** Appends a batch that contains such events. */
  append(store: EventStorePort, events: readonly Event[]): Promise<readonly AppendResult[]>;
  /** Submits the quarantined events that match a query again. */
  replay(
    dependencies: Omit<ReplayDependencies, 'deriveId'>,
    query: FilterQuery,
    options?: ReplayOptions,
  ): Promise<ReplayResult>;
}

/**
 * Creates the quarantine of a tracker. Only an application that has one loads its code.
 *
 * @param deriveId returns an id for a text, such as UUIDv5: the same text always has the same id
 */
export function createQuarantine(deriveId: DeriveId): Quarantine {
  return {
    record: (rejected, receipt) => createQuarantineRecord(rejected, { ...receipt, deriveId }),
    append: appendWithRecords,
    replay: (dependencies, query, options) => replayQuarantined({ ...dependencies, deriveId }, query, options),
  };
}

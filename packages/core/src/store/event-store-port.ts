import type { Event, EventId } from '../event/event.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import type { Sequence } from '../event/sequence.ts';
import type { EventFilter } from '../query/event-filter.ts';
import type { AggregateCell, AggregateRequest } from '../stats/aggregate-request.ts';

/**
 * What a store of events owes to the tracker. Each sentence here is held to by a test of
 * `@event-tracker/event-store-conformance`, in which every adapter is enrolled.
 *
 * Objects handed in or out are frozen or copied: whoever mutates one never changes the store. Every call settles, within
 * a deadline of the adapter's own, and fails with `store_unavailable`, `store_full` or `store_timeout` where the store
 * is the reason; after a failed call the store goes on as if it had not been made, or, where it timed out, as if it had
 * been made as a whole.
 */
export interface EventStorePort {
  readonly guarantees: StoreGuarantees;

  /**
   * Stores batches, the events of many callers in one call. Each batch is stored as a whole or not at all, and has an
   * outcome: a batch in conflict never fails another one. Batches count in the order given, as if each were appended after
   * the one before (`decideAppends`). Resolves only when the events are durable to the declared level, and a read that
   * starts afterwards sees them.
   *
   * Idempotent on id, also among calls that race and within one call: same id and same content (`haveSameContent`) is a
   * duplicate and changes nothing; same id and other content is a conflict, and then nothing of that batch is stored. An
   * empty batch stores nothing and has an empty list of results.
   *
   * @returns the outcome of each batch, in the order given
   */
  append(batches: readonly (readonly Event[])[]): Promise<readonly AppendOutcome[]>;

  /** Finds an event by its id. */
  get(id: EventId): Promise<Event | undefined>;

  /**
   * Finds the next events that match a filter (`matchesFilter`), in the total order (`comparePositions`) ascending or
   * descending, strictly after a position where one is given.
   *
   * The position is a place, not an event: none need stand there. A page is consistent: of every batch it shows
   * what matches as a whole or not at all, as far as the page reaches. Cost grows with the logarithm of the stored
   * events and with the page, not with what lies before it.
   *
   * @returns at most `limit` events; fewer only where no more match
   */
  query(page: PageRequest): Promise<readonly Event[]>;

  /**
   * Works out numbers about all events that match a filter, per bucket of time and per group: those of
   * `aggregateEvents`, give or take the last bits of a sum or an average. It is consistent: of every batch, it counts
   * what matches as a whole or not at all.
   *
   * @returns the cells that hold an event, in any order; or `too_many_cells` where the store would have to hold more groups
   * or scalars for them than a process can
   */
  aggregate(request: AggregateRequest): Promise<readonly AggregateCell[]>;

  /**
   * Removes the events of some ids, all of them or, where the call fails, none. Resolves only when that is durable to the
   * declared level, and a read that starts afterwards sees none of them; one that is under way may show them or not. Ids
   * that no event has are passed over. What is removed is forgotten: its id can be taken again, by any content.
   *
   * @returns how many events this call removed; among calls that race, each is counted once
   */
  delete(ids: readonly EventId[]): Promise<number>;

  /**
   * The store's identity: 32 random hexadecimal digits, made with the store and kept for as long as its events. A backup that
   * is restored, in the same place or another, keeps it, and the sequences of its events.
   */
  readonly id: string;

  /**
   * Where the order of arrival ends now. Every event of a call that is acknowledged after this resolves comes behind it; so
   * may events of calls that were acknowledged shortly before.
   */
  head(): Promise<Sequence>;

  /**
   * Reads the next events in the order of arrival: those that are still stored and whose sequence is greater than `after`,
   * the least sequences first, at most `limit` of them. Fewer mean that there are no more at the moment.
   *
   * The order is decided before it is shown: no event ever appears at or below a sequence that was read, or that is less
   * than one that was read. So a reader that continues after the last sequence it read gets each event exactly once, whatever
   * timestamps the events have, however many writers race, and whichever of them fails. An event that is deleted before it is
   * read is not shown; an id that is stored again arrives again. For `following: 'delayed'`, see {@link StoreGuarantees}.
   *
   * Cost grows with the logarithm of the stored events and with `limit`, not with what lies before `after`.
   *
   * @throws InvalidCursorError where `after` is greater than every sequence that the store has given, as when the store was
   * restored from a backup that is older than the sequence
   */
  readAfter(request: ArrivalRequest): Promise<readonly Arrival[]>;

  /** Resolves when the store is able to answer, and rejects with the reason where it is not. */
  ping(): Promise<void>;

  /**
   * Waits for the calls under way and releases what the store holds; later calls reject with `store_unavailable`. Closing
   * again is harmless.
   */
  close(): Promise<void>;
}

/** What an adapter promises; the conformance suite asserts what is declared. */
export interface StoreGuarantees {
  /** What an acknowledged event survives: nothing past the process, the loss of power, or the loss of a machine. */
  readonly durability: 'process' | 'disk' | 'replicated';
  /** Whether `event_id_conflict` is told always, or may be missed among calls that race. */
  readonly conflicts: 'exact' | 'best effort';
  /** Whether a batch is stored as a whole always, or may be cut by a failure of the store. */
  readonly batches: 'exact' | 'best effort';
  /**
   * Whether a reader of `readAfter` gets every event as soon as its order is decided; or only after a fixed delay, and
   * misses an event that became visible later than that.
   */
  readonly following: 'exact' | 'delayed';
}

/** Comes before every event. */
export const BEFORE_ALL: Sequence = 0n;

/** A stored event and its place in the order of arrival. */
export interface Arrival {
  readonly sequence: Sequence;
  readonly event: Event;
}

/** Which events to read in the order of arrival. */
export interface ArrivalRequest {
  /** A sequence that was read, `head()`, or `BEFORE_ALL`. */
  readonly after: Sequence;
  /** Greatest number of events, at least 1. */
  readonly limit: number;
}

/** What became of one batch: the results of its events in the order given, or, where it is refused, the ids in conflict. */
export type AppendOutcome =
  | { readonly results: readonly AppendResult[] }
  /** Each id once, in the order of the batch. */
  | { readonly conflicts: readonly EventId[] };

/** What became of one event of an append. */
export interface AppendResult {
  /** The event as it stands in the store. */
  readonly event: Event;
  /** True where this call stored it, false for a duplicate. */
  readonly stored: boolean;
}

/** Which events a page is to hold. */
export interface PageRequest {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  /** Greatest number of events, at least 1. */
  readonly limit: number;
  /** Where the page before ended; absent on the first. */
  readonly after?: EventPosition | undefined;
}

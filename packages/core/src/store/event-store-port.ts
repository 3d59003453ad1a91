import type { Event, EventId } from '../event/event.ts';
import type { EventOrder, EventPosition } from '../event/event-order.ts';
import type { Sequence } from '../event/sequence.ts';
import type { EventFilter } from '../query/event-filter.ts';
import type { CancelSignal } from '../runtime/abort.ts';
import type { AggregateCell, AggregateRequest } from '../stats/aggregate-request.ts';

/**
 * The contract of an event store. A test of `@event-tracker/event-store-conformance` checks each sentence, for every adapter.
 *
 * Arguments and results are frozen or copied: mutating them never changes the store. Every call settles within a deadline of
 * the adapter. A call that the store fails rejects with `store_unavailable`, `store_full` or `store_timeout`; a failed call
 * has no effect, except that a call that timed out may have taken effect as a whole.
 *
 * The reads that can be long (`query`, `aggregate` and `readAfter`) accept a signal. When it is aborted, the read rejects
 * with the reason of the signal, stops working soon, and frees what it used. Other calls are not affected. Clients take turns:
 * a client never waits until all reads of another have ended.
 */
export interface EventStorePort {
  readonly guarantees: StoreGuarantees;

  /**
   * Stores batches, such as those of several callers, in one call. Each batch is stored as a whole or not at all, and has an
   * outcome: a batch in conflict does not affect other batches. Batches count in the given order, as if they were appended one
   * after the other (`decideAppends`). Resolves only when the events are durable to the declared level, and a read that starts
   * afterwards returns them.
   *
   * Appending is idempotent by id, also for concurrent calls and within one call. An event with the same id and the same content
   * (`haveSameContent`) is a duplicate, which changes nothing; an event with the same id and other content is a conflict, and
   * nothing of its batch is stored. An empty batch stores nothing and has an empty list of results.
   *
   * @returns the outcome of each batch, in the order of the batches
   */
  append(batches: readonly (readonly Event[])[]): Promise<readonly AppendOutcome[]>;

  /** Returns the event with an id, or undefined. */
  get(id: EventId): Promise<Event | undefined>;

  /**
   * Returns the next events that match a filter (`matchesFilter`), in ascending or descending total order (`comparePositions`),
   * strictly after a position if one is given.
   *
   * No event needs to exist at the position. A page is consistent: within its range, it contains all matching events of a batch
   * or none. The cost grows with the logarithm of the stored events and with the page, not with the events before it.
   *
   * @returns at most `limit` events; fewer only if no more match
   */
  query(page: PageRequest, options?: StoreReadOptions): Promise<readonly Event[]>;

  /**
   * Computes metrics of all events that match a filter, per time bucket and per group: those of `aggregateEvents`, except for
   * the last bits of a sum or an average. The result is consistent: it includes all matching events of a batch or none.
   *
   * @returns the cells with at least one event, in any order
   * @throws TooManyCellsError if the store would have to keep too many groups or scalars in memory
   */
  aggregate(request: AggregateRequest, options?: StoreReadOptions): Promise<readonly AggregateCell[]>;

  /**
   * Deletes the events with some ids: all of them or, if the call fails, none. Resolves only when the deletion is durable to the
   * declared level, and a read that starts afterwards returns none of them; a concurrent read may return them or not. Ids
   * without an event are ignored. The id of a deleted event can be used again, with any content.
   *
   * @returns the number of events that this call deleted; concurrent calls count each event once
   */
  delete(ids: readonly EventId[]): Promise<number>;

  /**
   * The store's identity: 32 random hexadecimal digits, created with the store and kept as long as its events. A restored
   * backup, in the same place or another, keeps the identity and the sequences of its events.
   */
  readonly id: string;

  /**
   * Returns the current end of the order of arrival. Every event of a call that is acknowledged after this call resolves has a
   * greater sequence; events of calls that were acknowledged shortly before may have one, too.
   */
  head(): Promise<Sequence>;

  /**
   * Returns the next events in order of arrival: at most `limit` stored events whose sequence is greater than `after`, the
   * least sequences first. Returns fewer only if there are no more at the moment.
   *
   * The order is fixed before it becomes visible: once a sequence has been read, no event appears at or below it. A reader that
   * continues after the last sequence it read therefore receives each event exactly once, whatever the timestamps of the
   * events, with any number of concurrent writers, and if any of them fails. An event that is deleted before it is read is not
   * returned; an id that is stored again arrives again. For `following: 'delayed'`, see {@link StoreGuarantees}.
   *
   * The cost grows with the logarithm of the stored events and with `limit`, not with the events up to `after`.
   *
   * @throws InvalidCursorError if `after` is greater than every sequence that the store has assigned, for example because the
   * store was restored from a backup that is older than the sequence
   */
  readAfter(request: ArrivalRequest, options?: StoreReadOptions): Promise<readonly Arrival[]>;

  /** Resolves if the store can respond, and rejects with the reason if it cannot. */
  ping(): Promise<void>;

  /**
   * Waits for running calls and releases the store's resources. Later calls reject with `store_unavailable`. Closing again has
   * no effect.
   */
  close(): Promise<void>;
}

/** Options of a read. */
export interface ReadOptions {
  /** An `AbortSignal` that ends the read: it rejects with the reason of the signal. */
  readonly signal?: CancelSignal | undefined;
}

/** Options of a read of a store. */
export interface StoreReadOptions extends ReadOptions {
  /** Name of the client for which the store reads. Default: one client that all such reads have in common. */
  readonly client?: string | undefined;
}

/** Guarantees that an adapter declares and the conformance suite checks. */
export interface StoreGuarantees {
  /** What an acknowledged event survives: nothing beyond the process, a power loss, or the loss of a machine. */
  readonly durability: 'process' | 'disk' | 'replicated';
  /** `exact` if every conflict is reported; `best effort` if a conflict of concurrent calls may be missed. */
  readonly conflicts: 'exact' | 'best effort';
  /** `exact` if a batch is always stored as a whole; `best effort` if a failure of the store may leave a part of it. */
  readonly batches: 'exact' | 'best effort';
  /**
   * `exact` if `readAfter` returns every event as soon as its order is fixed; `delayed` if it returns events only after a fixed
   * delay, and misses an event that became visible later than that.
   */
  readonly following: 'exact' | 'delayed';
}

/** The sequence before all events. */
export const BEFORE_ALL: Sequence = 0n;

/** A stored event and its sequence in the order of arrival. */
export interface Arrival {
  readonly sequence: Sequence;
  readonly event: Event;
}

/** Selects events to read in order of arrival. */
export interface ArrivalRequest {
  /** A sequence that was read, `head()`, or `BEFORE_ALL`. */
  readonly after: Sequence;
  /** Greatest number of events, at least 1. */
  readonly limit: number;
}

/** The outcome of one batch: the results of its events, in their order, or the conflicting ids of a rejected batch. */
export type AppendOutcome =
  | { readonly results: readonly AppendResult[] }
  /** Each id once, in the order of the batch. */
  | { readonly conflicts: readonly EventId[] };

/** The result of appending one event. */
export interface AppendResult {
  /** The event as stored. */
  readonly event: Event;
  /** True if this call stored the event; false for a duplicate. */
  readonly stored: boolean;
}

/** Selects the events of a page. */
export interface PageRequest {
  readonly filter: EventFilter;
  readonly order: EventOrder;
  /** Greatest number of events, at least 1. */
  readonly limit: number;
  /** The position of the last event of the previous page; absent for the first page. */
  readonly after?: EventPosition | undefined;
}

/** A store that a block can close at its end: `await using store = createMemoryEventStore()`. Every adapter creates one. */
export interface EventStore extends EventStorePort, AsyncDisposable {}

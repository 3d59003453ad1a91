import type { EventStore, EventStorePort } from './event-store-port.ts';
import { DEFAULT_STORE_DEADLINES, type StoreDeadlines, withDeadlines } from './with-deadlines.ts';
import { type GroupCommitObserver, withGroupCommit } from './with-group-commit.ts';
import { withOrderlyClose } from './with-orderly-close.ts';
import { withTurns } from './with-turns.ts';

export interface ComposeOptions {
  /** Name of the store in error messages, such as `the PostgreSQL store`. */
  readonly name: string;
  /** Greatest duration of each call, in milliseconds. Default: `DEFAULT_STORE_DEADLINES`. */
  readonly deadlines?: Partial<StoreDeadlines> | undefined;
  /** If true, concurrent appends share one call of the store. */
  readonly groupCommit: boolean;
  /** Receives group-commit statistics. */
  readonly observer?: GroupCommitObserver | undefined;
}

/**
 * Creates an event store from an adapter's calls. It composes the wrappers of every adapter in the same order, from the outside
 * in:
 *
 * 1. **Orderly close** rejects calls after `close`, and closes the store when the running calls have settled. It is outermost
 *    because an append that waits for its group is running, too.
 * 2. **Group commit** is optional. It applies the deadline of an append, which includes the wait, because only here is it known
 *    whether an append is still waiting and therefore not stored.
 * 3. **Deadlines** limit each call of the adapter, in addition to the adapter's own deadlines, and reject a read when its
 *    signal is aborted. They are inside group commit because a hanging call would otherwise block all later groups.
 * 4. **Turns** limit the number of concurrent long reads, and divide them between clients. They are inside the deadlines so
 *    that the deadline of a read includes its wait.
 *
 * Metrics and traces of an application belong outside these wrappers, where they measure the wait of the caller.
 */
export function composeStore(store: EventStorePort, options: ComposeOptions): EventStore {
  const { name, groupCommit, observer } = options;
  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const limited = withDeadlines(withTurns(store, deadlines), deadlines);
  const grouped = groupCommit ? withGroupCommit(limited, { appendMs: deadlines.appendMs, observer }) : limited;
  const closing = withOrderlyClose(grouped, name);
  return { ...closing, [Symbol.asyncDispose]: () => closing.close() };
}

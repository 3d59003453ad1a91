import type { EventStorePort } from './event-store-port.ts';
import { DEFAULT_STORE_DEADLINES, type StoreDeadlines, withDeadlines } from './with-deadlines.ts';
import { type GroupCommitObserver, withGroupCommit } from './with-group-commit.ts';
import { withOrderlyClose } from './with-orderly-close.ts';

export interface ComposeOptions {
  /** What error messages call the store, such as `the PostgreSQL store`. */
  readonly name: string;
  /** How long each call can take, in milliseconds; what is left out has its default. */
  readonly deadlines?: Partial<StoreDeadlines> | undefined;
  /** Whether concurrent appends share one call of the store. */
  readonly groupCommit: boolean;
  /** Receives group-commit statistics. */
  readonly observer?: GroupCommitObserver | undefined;
}

/**
 * Makes an event store of an adapter's calls: the one place where wrappers are put together, in the same order for every
 * adapter. From the outside in:
 *
 * 1. **Orderly close**: from `close` on, calls are rejected, and the store is closed when those under way have settled. It is
 *    outermost, because an append that waits for its group is under way, too.
 * 2. **Group commit**, where the adapter wants it: with the deadline of an append, which includes its wait. Only here is it
 *    known whether an append is still waiting, and so not stored.
 * 3. **Deadlines**, around each call of the adapter: the backstop behind its own. Inside group commit, because a call that
 *    hangs would otherwise hold all groups behind it.
 *
 * Metrics and traces of an application are outside of all this: they measure what the caller of the store waits for.
 */
export function composeStore(store: EventStorePort, options: ComposeOptions): EventStorePort {
  const { name, groupCommit, observer } = options;
  const deadlines = { ...DEFAULT_STORE_DEADLINES, ...options.deadlines };
  const limited = withDeadlines(store, deadlines);
  const grouped = groupCommit ? withGroupCommit(limited, { appendMs: deadlines.appendMs, observer }) : limited;
  return withOrderlyClose(grouped, name);
}

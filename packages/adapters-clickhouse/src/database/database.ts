import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { beginTimeSlice, type CancelSignal, onAbort } from '@event-tracker/core/store';
import type { Insertion } from '../sql/insert-events.ts';
import type { Deadline } from './deadline.ts';
import { createTimeoutError, createUnknownOutcomeError, isConnectionRefused } from './store-error.ts';

/** A ClickHouse server or cluster. */
export interface Database {
  /** Returns the rows of a query. If the deadline is aborted, the server cancels the query. */
  select<Row>(text: string, deadline: Deadline): Promise<readonly Row[]>;
  /** Yields the rows of a query in batches. Returning early cancels the query. */
  stream<Row>(text: string, deadline: Deadline): AsyncGenerator<readonly Row[], void, void>;
  /** Inserts all rows or none. Rejects with `store_timeout` if the outcome is unknown. */
  insert(insertion: Insertion, deadline: Deadline): Promise<void>;
  /** Runs an idempotent statement. Rejects with `store_timeout` if the outcome is unknown. */
  change(text: string, deadline: Deadline): Promise<void>;
  close(): Promise<void>;
}

/** The number of replicas that must have an insert before it is acknowledged. */
export type Quorum = 'auto' | number;

/** The server cancels before the client aborts, because the server's error is more precise. */
const SERVER_SHARE = 0.9;
/** Large, because a statement contains the ids of a whole batch, or the boundaries of ten thousand buckets. */
const MAX_STATEMENT_BYTES = '67108864';
/** A second attempt after a lost connection shows whether the server is reachable. */
const ATTEMPTS = 2;
const KILL_TIMEOUT_MS = 2_000;

const READING: ClickHouseSettings = { output_format_json_quote_64bit_integers: 1 };
/** The server buffers the result before it sends the status, so that the status reports an error during the query. */
const WHOLE: ClickHouseSettings = { ...READING, wait_end_of_query: 1 };

/** An insert is one block and therefore, on one shard, one part, which is stored atomically. */
const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  input_format_parallel_parsing: 0,
  max_insert_block_size: '1000000000',
  min_insert_block_size_rows: '0',
  min_insert_block_size_bytes: '0',
  // Synchronously to the shards, not to a local queue.
  distributed_foreground_insert: 1,
};

export function createDatabase(client: ClickHouseClient, quorum?: Quorum): Database {
  const quorumSettings: ClickHouseSettings = quorum === undefined ? {} : { insert_quorum: String(quorum) };

  async function* read<Row>(
    text: string,
    abort_signal: AbortSignal,
    clickhouse_settings: ClickHouseSettings,
  ): AsyncGenerator<readonly Row[], void, void> {
    const query_id = randomUUID();
    // Without this, the server continues a query after the client has closed the connection.
    const stopListening = onAbort(abort_signal, () => void kill(query_id));
    try {
      const result = await client.query({
        query: text,
        format: 'JSONEachRow',
        query_id,
        abort_signal,
        clickhouse_settings,
      });
      const slice = beginTimeSlice({ signal: abort_signal });
      for await (const lines of result.stream<Row>()) {
        const rows: Row[] = [];
        for (const line of lines) {
          if (slice.isOver()) await slice.next();
          rows.push(line.json());
        }
        yield rows;
      }
    } finally {
      stopListening();
    }
  }

  /** Cancels a query on the server. If that fails, the query ends at its deadline. A user can always cancel its own queries. */
  async function kill(queryId: string): Promise<void> {
    try {
      const query = `KILL QUERY WHERE query_id = '${queryId}' ASYNC`;
      await client.command({ query, abort_signal: AbortSignal.timeout(KILL_TIMEOUT_MS) });
    } catch {
      // The caller has stopped waiting.
    }
  }

  async function change(
    deadline: Deadline,
    send: (abort_signal: AbortSignal, clickhouse_settings: ClickHouseSettings) => Promise<unknown>,
  ): Promise<void> {
    let isOutcomeUnknown = false;
    try {
      await attempt(deadline, (signal, settings) =>
        send(signal, settings).catch((error: unknown) => {
          isOutcomeUnknown ||= !isRefused(error);
          throw error;
        }),
      );
    } catch (error) {
      // Even if a later attempt is rejected: the outcome of the earlier one stays unknown.
      throw isOutcomeUnknown ? createUnknownOutcomeError(error) : error;
    }
  }

  return {
    select: <Row>(text: string, deadline: Deadline) =>
      attempt(deadline, async (signal, settings) => {
        const found: Row[] = [];
        for await (const rows of read<Row>(text, signal, { ...settings, ...WHOLE })) {
          for (const row of rows) found.push(row);
        }
        return found;
      }),

    stream: async function* <Row>(text: string, deadline: Deadline) {
      const { signal, settings, explain } = limit(deadline);
      try {
        yield* read<Row>(text, signal, { ...settings, ...READING });
      } catch (error) {
        throw explain(error);
      }
    },

    insert: ({ table, columns, rows }, deadline) => {
      // A unique token: by default, ClickHouse deduplicates inserts with equal rows, even if the rows were deleted since.
      const token = randomUUID();
      return change(deadline, (abort_signal, settings) =>
        client.insert({
          table,
          columns: [...columns],
          values: Readable.from([rows], { objectMode: false }),
          format: 'TabSeparated',
          abort_signal,
          clickhouse_settings: {
            ...settings,
            ...ONE_BLOCK,
            ...quorumSettings,
            insert_deduplicate: 1,
            insert_deduplication_token: token,
          },
        }),
      );
    },

    change: (query, deadline) =>
      change(deadline, (abort_signal, clickhouse_settings) =>
        client.command({ query, abort_signal, clickhouse_settings }),
      ),

    close: () => client.close(),
  };
}

/** Runs idempotent work, and repeats it if the connection is lost before the response. */
async function attempt<T>(
  deadline: Deadline,
  work: (signal: AbortSignal, settings: ClickHouseSettings) => Promise<T>,
): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    const { signal, settings, explain } = limit(deadline);
    try {
      return await work(signal, settings);
    } catch (error) {
      const isLast = attempts === ATTEMPTS || signal.aborted;
      if (isLast || isRefused(error)) throw explain(error);
    }
  }
}

/** True if the server returned an error or was not reached: the outcome is known. */
function isRefused(error: unknown): boolean {
  return error instanceof ClickHouseError || isConnectionRefused(error);
}

/** Returns the signal as the `AbortSignal` that the client expects. */
function toAbortSignal(signal: CancelSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  onAbort(signal, (reason) => controller.abort(reason));
  return controller.signal;
}

/** Limits the duration of a request, on the server and in the client. */
function limit(deadline: Deadline) {
  const timeoutMs = deadline.remainingMs();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = deadline.signal ? AbortSignal.any([timeout, toAbortSignal(deadline.signal)]) : timeout;
  const settings: ClickHouseSettings = {
    max_execution_time: (SERVER_SHARE * timeoutMs) / 1_000,
    max_query_size: MAX_STATEMENT_BYTES,
  };
  const explain = (error: unknown): unknown => (timeout.aborted ? createTimeoutError(timeoutMs, error) : error);
  return { signal, settings, explain };
}

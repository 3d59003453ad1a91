import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { beginTimeSlice } from '@event-tracker/core/store';
import type { Insertion } from '../sql/insert-events.ts';
import type { Deadline } from './deadline.ts';
import { createAnswerLostError, createTimeoutError, isConnectionRefused } from './store-error.ts';

/** A ClickHouse server, or the cluster behind it. */
export interface Database {
  /** Answers the rows of a query. */
  select<Row>(text: string, deadline: Deadline): Promise<readonly Row[]>;
  /** The same some rows at a time, as they come; whoever stops early ends the query. */
  stream<Row>(text: string, deadline: Deadline): AsyncGenerator<readonly Row[], void, void>;
  /** Stores rows, or none. It rejects with `store_timeout` where nobody knows whether it did. */
  insert(insertion: Insertion, deadline: Deadline): Promise<void>;
  /** Runs a statement that may be run again; it rejects with `store_timeout` where nobody knows whether it was. */
  change(text: string, deadline: Deadline): Promise<void>;
  close(): Promise<void>;
}

/** How many replicas have to have an insert before it is acknowledged. */
export type Quorum = 'auto' | number;

/** The server gives up a little earlier than the client: its own answer is more exact. */
const SERVER_SHARE = 0.9;
/** Statements bear the ids of whole batches, and the instants of ten thousand buckets. */
const MAX_STATEMENT_BYTES = '67108864';
/** A connection that breaks is replaced: a second attempt finds out whether there is more to it. */
const ATTEMPTS = 2;

const READING: ClickHouseSettings = { output_format_json_quote_64bit_integers: 1 };
/** The answer is complete before its status is sent: a failure half-way is told by it. */
const WHOLE: ClickHouseSettings = { ...READING, wait_end_of_query: 1 };

/** All rows of an insert are one block, and so, where they stay on one shard, one part: stored as a whole or not at all. */
const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  input_format_parallel_parsing: 0,
  max_insert_block_size: '1000000000',
  min_insert_block_size_rows: '0',
  min_insert_block_size_bytes: '0',
  // To the shards themselves, not to a queue on the way.
  distributed_foreground_insert: 1,
};

export function createDatabase(client: ClickHouseClient, quorum?: Quorum): Database {
  const quorumSettings: ClickHouseSettings = quorum === undefined ? {} : { insert_quorum: String(quorum) };

  async function* read<Row>(
    text: string,
    abort_signal: AbortSignal,
    clickhouse_settings: ClickHouseSettings,
  ): AsyncGenerator<readonly Row[], void, void> {
    const result = await client.query({ query: text, format: 'JSONEachRow', abort_signal, clickhouse_settings });
    const slice = beginTimeSlice();
    for await (const lines of result.stream<Row>()) {
      const rows: Row[] = [];
      for (const line of lines) {
        if (slice.isOver()) await slice.next();
        rows.push(line.json());
      }
      yield rows;
    }
  }

  async function change(
    deadline: Deadline,
    send: (abort_signal: AbortSignal, clickhouse_settings: ClickHouseSettings) => Promise<unknown>,
  ): Promise<void> {
    let isAnswerLost = false;
    try {
      await attempt(deadline, (signal, settings) =>
        send(signal, settings).catch((error: unknown) => {
          isAnswerLost ||= !isRefused(error);
          throw error;
        }),
      );
    } catch (error) {
      // Also where a later attempt is refused: that tells nothing of the one before.
      throw isAnswerLost ? createAnswerLostError(error) : error;
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
      // Of its own: by default equal rows would be taken for the same insert, also where they were removed meanwhile.
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

/** Does what may be done again, and does so where the connection breaks before the answer. */
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

/** Whether the server said no, or was never asked: nothing was lost on the way. */
function isRefused(error: unknown): boolean {
  return error instanceof ClickHouseError || isConnectionRefused(error);
}

/** What ends a request when its time is over, on the server and here. */
function limit(deadline: Deadline) {
  const timeoutMs = deadline.remainingMs();
  const signal = AbortSignal.timeout(timeoutMs);
  const settings: ClickHouseSettings = {
    max_execution_time: (SERVER_SHARE * timeoutMs) / 1_000,
    max_query_size: MAX_STATEMENT_BYTES,
  };
  const explain = (error: unknown): unknown => (signal.aborted ? createTimeoutError(timeoutMs, error) : error);
  return { signal, settings, explain };
}

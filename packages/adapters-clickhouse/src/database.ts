import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { beginTimeSlice } from '@event-tracker/core';
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
  /** Runs a statement that changes something; it rejects with `store_timeout` where nobody knows whether it did. */
  change(text: string, deadline: Deadline): Promise<void>;
  close(): Promise<void>;
}

/** Rows on their way into a table. */
export interface Insertion {
  readonly table: string;
  readonly columns: readonly [string, ...string[]];
  /** The rows in the format TabSeparated. */
  readonly rows: string;
}

/** How many replicas have to have an insert before it is acknowledged. */
export type Quorum = 'auto' | number;

/** The server gives up a little earlier than the client: its own answer is more exact. */
const SERVER_SHARE = 0.9;
/** Statements bear the ids of whole batches, and the instants of ten thousand buckets. */
const MAX_STATEMENT_BYTES = '67108864';

/** The answer is complete before its status is sent: a failure half-way is one. */
const WHOLE: ClickHouseSettings = { wait_end_of_query: 1 };

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

  async function* stream<Row>(
    text: string,
    deadline: Deadline,
    settings: ClickHouseSettings = {},
  ): AsyncGenerator<readonly Row[], void, void> {
    const timeoutMs = deadline.remainingMs();
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const result = await client.query({
        query: text,
        format: 'JSONEachRow',
        abort_signal: signal,
        clickhouse_settings: { ...settingsOf(timeoutMs), output_format_json_quote_64bit_integers: 1, ...settings },
      });
      const slice = beginTimeSlice();
      for await (const lines of result.stream<Row>()) {
        const rows: Row[] = [];
        for (const line of lines) {
          if (slice.isOver()) await slice.next();
          rows.push(line.json());
        }
        yield rows;
      }
    } catch (error) {
      throw signal.aborted ? createTimeoutError(timeoutMs, error) : error;
    }
  }

  /** Makes a change; where the connection breaks before the answer, once more, if that does no harm. */
  async function change(
    deadline: Deadline,
    isRepeatable: boolean,
    send: (signal: AbortSignal, settings: ClickHouseSettings) => Promise<unknown>,
  ): Promise<void> {
    for (let tries = isRepeatable ? 2 : 1; ; tries--) {
      const timeoutMs = deadline.remainingMs();
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        await send(signal, settingsOf(timeoutMs));
        return;
      } catch (error) {
        if (error instanceof ClickHouseError || isConnectionRefused(error)) throw error;
        if (signal.aborted || tries === 1) throw createAnswerLostError(error);
      }
    }
  }

  return {
    select: async <Row>(text: string, deadline: Deadline) => {
      const found: Row[] = [];
      for await (const rows of stream<Row>(text, deadline, WHOLE)) {
        for (const row of rows) found.push(row);
      }
      return found;
    },
    stream,
    insert: ({ table, columns, rows }, deadline) => {
      // Of its own: by default equal rows would be taken for the same insert, also where they were removed meanwhile.
      const token = randomUUID();
      return change(deadline, true, (signal, settings) =>
        client.insert({
          table,
          columns: [...columns],
          values: Readable.from([rows], { objectMode: false }),
          format: 'TabSeparated',
          abort_signal: signal,
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
    change: (text, deadline) =>
      change(deadline, false, (signal, settings) =>
        client.command({ query: text, abort_signal: signal, clickhouse_settings: settings }),
      ),
    close: () => client.close(),
  };
}

function settingsOf(timeoutMs: number): ClickHouseSettings {
  return { max_execution_time: (SERVER_SHARE * timeoutMs) / 1_000, max_query_size: MAX_STATEMENT_BYTES };
}

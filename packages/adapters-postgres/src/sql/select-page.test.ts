import {
  appendBatch,
  type EventFilter,
  type EventOrder,
  epochNanosecondsOf,
  formatTimestamp,
} from '@event-tracker/core/store';
import { TEST_DEADLINES } from '@event-tracker/event-store-conformance';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { anEvent } from '../../test/events.ts';
import { dropSchema, newSchema, withClient } from '../../test/schemas.ts';
import { type Database, openDatabase } from '../database/database.ts';
import { PAGE_PARAMETERS } from '../database/planner-parameters.ts';
import { createPostgresEventStore } from '../postgres-event-store.ts';
import { type PageSelection, selectPage } from './select-page.ts';
import type { Statement } from './statement.ts';
import { tablesIn } from './tables.ts';

const url = inject('postgresUrl') ?? '';
const ORDERS: readonly EventOrder[] = ['asc', 'desc'];
const START = epochNanosecondsOf('2025-01-01T00:00:00Z');
const HOUR = 3_600_000_000_000n;
const EVENTS = 10_000;
const LIMIT = 20;

/** The members of a plan node that the tests read. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

describe.skipIf(url === '')('a page', () => {
  const schema = newSchema();
  let database: Database;

  beforeAll(async () => {
    const store = await createPostgresEventStore({ url, schema, deadlines: TEST_DEADLINES });
    // "ended" is the most frequent type of all, but only at the beginning, so that its share of all events is misleading.
    const events = Array.from({ length: EVENTS }, (_, n) =>
      anEvent({
        event_type: n < EVENTS / 2 ? 'ended' : `type ${n % 200}`,
        timestamp: formatTimestamp(START + BigInt(n) * HOUR),
      }),
    );
    await appendBatch(store, events);
    await store.close();
    database = openDatabase({ url, maxConnections: 1, deadlineMs: 10_000, parameters: PAGE_PARAMETERS });
  });
  afterAll(async () => {
    await database.close();
    await dropSchema(url, schema);
  });

  const middle = START + BigInt(EVENTS / 2) * HOUR;
  const after = { epochNanoseconds: middle, id: '80000000-0000-4000-8000-000000000000' };
  const range = { start: middle - 1000n * HOUR, end: middle + 1000n * HOUR };
  const cases: readonly (readonly [string, EventFilter, readonly string[] | undefined, string])[] = [
    ['of all events', {}, undefined, 'events_by_time'],
    ['of a range', range, undefined, 'events_by_time'],
    ['of a rare type', {}, ['type 7'], 'events_by_type'],
    ['of a type that has ended', {}, ['ended'], 'events_by_type'],
    ['of a type and a range', range, ['ended'], 'events_by_type'],
    ['of a type without events', {}, ['nothing'], 'events_by_type'],
    ['of several types', {}, ['ended', 'type 7', 'nothing'], 'events_by_type'],
    ['of a hundred types', range, Array.from({ length: 100 }, (_, n) => `type ${n}`), 'events_by_type'],
  ];

  describe.each(['before', 'after'])('%s the server has gathered statistics', (when) => {
    beforeAll(async () => {
      if (when === 'after') await withClient(url, (client) => client.query(`ANALYZE "${schema}".events`));
    });

    test.each(cases)('%s reads only its own rows, from the index', async (_, filter, types, index) => {
      for (const order of ORDERS) {
        for (const position of [undefined, after]) {
          const nodes = await explain({ filter, types, order, limit: LIMIT, after: position });
          const scans = nodes.filter((node) => node['Node Type'].includes('Scan'));
          expect(scans.map((node) => `${node['Node Type']} ${node['Index Name']}`)).toEqual(
            (types ?? [undefined]).map(() => `Index Scan ${index}`),
          );
          expect(nodes.map((node) => node['Node Type'])).not.toContain('Sort');
          expect(
            scans.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0),
            'rows read and rejected',
          ).toBe(0);
          const read = scans.reduce((sum, node) => sum + node['Actual Rows'], 0);
          expect(read, 'rows read').toBeLessThanOrEqual(LIMIT + scans.length);
        }
      }
    });
  });

  async function explain(selection: PageSelection): Promise<readonly PlanNode[]> {
    const { text, values }: Statement = selectPage(tablesIn(schema), selection);
    const statement = { text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values: values ?? [] };
    const [row] = await database.run((session) =>
      session.query<{ readonly 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(statement),
    );
    return row?.['QUERY PLAN'].flatMap(({ Plan }) => flatten(Plan)) ?? [];
  }
});

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

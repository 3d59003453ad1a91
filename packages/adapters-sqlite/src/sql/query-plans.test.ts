import { expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrations.ts';
import {
  SELECT_TYPE_AFTER,
  SELECT_TYPE_FROM,
  type Selection,
  selectEvents,
  selectPlaceAhead,
} from './select-events.ts';

const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
migrate(database);

/** Each step of how SQLite goes about a statement. */
function planOf(sql: string): readonly string[] {
  const rows = database.statement(`EXPLAIN QUERY PLAN ${sql}`).all() as unknown as (readonly unknown[])[];
  return rows.map((row) => String(row.at(-1)));
}

const RANGE = '(epoch_nanoseconds,id)>(?,?) AND (epoch_nanoseconds,id)<(?,?)';

const SELECTIONS: readonly [string, Selection][] = (['asc', 'desc'] as const).flatMap((order) => [
  [`all types, ${order}`, { order, types: undefined }],
  [`one type, ${order}`, { order, types: 1 }],
  [`two types, ${order}`, { order, types: 2 }],
  [`a hundred types, ${order}`, { order, types: 100 }],
  [`all types and a test, ${order}`, { order, types: undefined, test: 'length(payload) > 2' }],
  [`three types and a test, ${order}`, { order, types: 3, test: 'length(payload) > 2' }],
]);

test.each(SELECTIONS)('%s: goes through index ranges, never sorts, never scans', (_name, selection) => {
  for (const sql of [selectEvents(selection), selectPlaceAhead(selection)]) {
    const plan = planOf(sql);
    const searches = plan.filter((step) => step.startsWith('SEARCH'));
    expect(searches).toHaveLength(selection.types ?? 1);
    for (const search of searches) expect(search).toContain(RANGE);
    expect(plan.filter((step) => /SCAN|TEMP|USE /.test(step))).toEqual([]);
  }
});

test('a place ahead is found in an index alone', () => {
  for (const types of [undefined, 1, 2]) {
    const plan = planOf(selectPlaceAhead({ order: 'asc', types })).filter((step) => step.startsWith('SEARCH'));
    for (const search of plan) expect(search).toContain('COVERING INDEX');
  }
});

test('types are found in an index alone', () => {
  for (const sql of [SELECT_TYPE_FROM, SELECT_TYPE_AFTER])
    expect(planOf(sql)).toEqual([expect.stringMatching(/^SEARCH events USING COVERING INDEX .*\(event_type>\?\)$/)]);
});

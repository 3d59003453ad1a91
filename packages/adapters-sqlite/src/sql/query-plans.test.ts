import { expect, test } from 'vitest';
import { openDatabase } from '../database/database.ts';
import { migrate } from '../database/migrations.ts';
import {
  COUNT_SEQUENCES,
  SELECT_TYPE_AFTER,
  SELECT_TYPE_FROM,
  type Selection,
  selectCount,
  selectEvents,
  selectFromTable,
  selectPositionAhead,
} from './select-events.ts';

const database = openDatabase(':memory:', { readOnly: false, cacheBytes: 1_024 });
migrate(database);

/** Returns the steps of the query plan of a statement. */
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
  [`all types and a condition, ${order}`, { order, types: undefined, condition: 'length(payload) > 2' }],
  [`three types and a condition, ${order}`, { order, types: 3, condition: 'length(payload) > 2' }],
]);

test.each(SELECTIONS)('reads index ranges without a sort or a scan: %s', (_name, selection) => {
  const after = selection.order === 'asc' ? '(epoch_nanoseconds,id)>(?,?)' : '(epoch_nanoseconds,id)<(?,?)';
  for (const [sql, range] of [
    [selectEvents(selection), RANGE],
    [selectPositionAhead(selection), after],
  ] as const) {
    const plan = planOf(sql);
    const searches = plan.filter((step) => step.startsWith('SEARCH'));
    expect(searches).toHaveLength(selection.types ?? 1);
    for (const search of searches) expect(search).toContain(range);
    const rest = plan.filter((step) => /SCAN|TEMP|USE /.test(step));
    // The merged ranges of several types are a subquery.
    expect(rest).toEqual((selection.types ?? 1) > 1 ? [expect.stringMatching(/^SCAN \(subquery-\d+\)$/)] : []);
  }
});

test('reads the table in order of arrival without an index', () => {
  expect(planOf(selectFromTable('payload', 'length(payload) > 2'))).toEqual([
    'SEARCH events USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)',
  ]);
});

test('finds a position ahead in an index alone', () => {
  for (const types of [undefined, 1, 2]) {
    const plan = planOf(selectPositionAhead({ order: 'asc', types })).filter((step) => step.startsWith('SEARCH'));
    for (const search of plan) expect(search).toContain('COVERING INDEX');
  }
});

test('counts events in an index alone', () => {
  for (const types of [undefined, 1]) {
    const plan = planOf(selectCount({ order: 'asc', types }));
    expect(plan).toContainEqual(expect.stringMatching(/^SEARCH events USING COVERING INDEX /));
    expect(plan.filter((step) => /SCAN events|TEMP|USE /.test(step))).toEqual([]);
  }
  expect(planOf(COUNT_SEQUENCES).filter((step) => step.startsWith('SCAN') && !step.includes('CONSTANT ROW'))).toEqual(
    [],
  );
});

test('finds types in an index alone', () => {
  for (const sql of [SELECT_TYPE_FROM, SELECT_TYPE_AFTER])
    expect(planOf(sql)).toEqual([expect.stringMatching(/^SEARCH events USING COVERING INDEX .*\(event_type>\?\)$/)]);
});

import type { AggregateCell, AggregateRequest, AggregateValue, EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';

/** Members of a request. Default: the number of all events. */
export type AggregateOptions = Partial<AggregateRequest>;

/** Greatest relative error of a sum or an average. */
const TOLERANCE = 1e-9;

export function aggregate(
  store: Pick<EventStorePort, 'aggregate'>,
  options: AggregateOptions = {},
): Promise<readonly AggregateCell[]> {
  return store.aggregate({ filter: {}, metrics: [{ kind: 'count' }], ...options });
}

/** Returns a cell. Default: bucket 0 and no group. */
export function cellOf({
  bucket = 0,
  group = null,
  isRest = false,
  values = [],
}: Partial<AggregateCell>): AggregateCell {
  return { bucket, group, isRest, values };
}

/** Expects the same cells, in any order. Numbers may differ in their last bits. */
export function expectCells(found: readonly AggregateCell[], expected: readonly AggregateCell[], about = ''): void {
  const [foundInOrder, expectedInOrder] = [inOrder(found), inOrder(expected)];
  expect(foundInOrder.map(([name]) => name).join('\n'), `cells ${about}`).toBe(
    expectedInOrder.map(([name]) => name).join('\n'),
  );
  for (const [index, [name, cell]] of expectedInOrder.entries()) {
    const values = foundInOrder[index]?.[1].values ?? [];
    const isSame = values.length === cell.values.length && cell.values.every((value, i) => isAbout(values[i], value));
    if (!isSame) expect(values, `values of ${name} ${about}`).toEqual(cell.values);
  }
}

/** Returns the bucket and the group as JSON, which is different for groups that differ in type or value. */
function nameOf({ bucket, group, isRest }: AggregateCell): string {
  return `bucket ${bucket} ${isRest ? 'rest' : 'group'} ${JSON.stringify(group)}`;
}

/** Returns the cells with their names, ordered by name. */
function inOrder(cells: readonly AggregateCell[]): [string, AggregateCell][] {
  return cells.map((cell): [string, AggregateCell] => [nameOf(cell), cell]).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isAbout(value: AggregateValue | undefined, expected: AggregateValue): boolean {
  if (typeof value !== 'number' || typeof expected !== 'number') return value === expected;
  return Math.abs(value - expected) <= TOLERANCE * Math.abs(expected);
}

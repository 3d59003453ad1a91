import type { AggregateCell, AggregateRequest, AggregateValue, EventStorePort } from '@event-tracker/core/store';
import { expect } from 'vitest';

/** What to work out; what is left out: the number of all events. */
export type AggregateQuestion = Partial<AggregateRequest>;

/** How far a sum or an average may be off, relative to itself. */
const TOLERANCE = 1e-9;

export function aggregate(
  store: Pick<EventStorePort, 'aggregate'>,
  question: AggregateQuestion = {},
): Promise<readonly AggregateCell[]> {
  return store.aggregate({ filter: {}, metrics: [{ kind: 'count' }], ...question });
}

/** A cell; what is left out: that of all events that are in no particular bucket or group. */
export function cellOf({
  bucket = 0,
  group = null,
  isRest = false,
  values = [],
}: Partial<AggregateCell>): AggregateCell {
  return { bucket, group, isRest, values };
}

/** Expects the very same cells, in any order; numbers may differ in their last bits. */
export function expectCells(found: readonly AggregateCell[], expected: readonly AggregateCell[], about = ''): void {
  const [foundInOrder, expectedInOrder] = [inOrder(found), inOrder(expected)];
  expect(foundInOrder.map(nameOf), `cells ${about}`).toEqual(expectedInOrder.map(nameOf));
  for (const [index, cell] of expectedInOrder.entries()) {
    const values = foundInOrder[index]?.values ?? [];
    const isSame = values.length === cell.values.length && cell.values.every((value, i) => isAbout(values[i], value));
    if (!isSame) expect(values, `values of ${nameOf(cell)} ${about}`).toEqual(cell.values);
  }
}

/** Bucket and group by JSON, which tells apart what differs in type or value. */
function nameOf({ bucket, group, isRest }: AggregateCell): string {
  return `bucket ${bucket} ${isRest ? 'rest' : 'group'} ${JSON.stringify(group)}`;
}

function inOrder(cells: readonly AggregateCell[]): AggregateCell[] {
  return [...cells].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function isAbout(value: AggregateValue | undefined, expected: AggregateValue): boolean {
  if (typeof value !== 'number' || typeof expected !== 'number') return value === expected;
  return Math.abs(value - expected) <= TOLERANCE * Math.abs(expected);
}

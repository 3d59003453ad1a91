import { deserialize, serialize } from 'node:v8';
import { type AggregateCell, beginTimeSlice, type CancelSignal } from '@event-tracker/core/store';

/**
 * Cells as a message between threads. Copying a message of objects blocks both threads: for 200,000 cells, for half a second.
 * Each part is a serialized list, which the receiver deserializes in a separate step.
 */
export type CellParts = readonly Uint8Array[];

/** Number of cells in a part. */
const PART_LENGTH = 1_000;

/** @param signal ends the work between two slices */
export async function toCellParts(cells: readonly AggregateCell[], signal: CancelSignal): Promise<CellParts> {
  const parts: Uint8Array[] = [];
  const slice = beginTimeSlice({ signal });
  for (let start = 0; start < cells.length; start += PART_LENGTH) {
    if (slice.isOver()) await slice.next();
    parts.push(serialize(cells.slice(start, start + PART_LENGTH)));
  }
  return parts;
}

/** @param signal ends the work between two slices */
export async function fromCellParts(parts: CellParts, signal?: CancelSignal): Promise<readonly AggregateCell[]> {
  const cells: AggregateCell[] = [];
  const slice = beginTimeSlice({ signal });
  for (const part of parts) {
    if (slice.isOver()) await slice.next();
    cells.push(...(deserialize(part) as readonly AggregateCell[])); // made by toCellParts
  }
  return cells;
}

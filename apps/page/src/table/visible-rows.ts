/** Height of a row in pixels, as in the style sheet. */
export const ROW_HEIGHT = 32;

/** Rows above and below the visible ones that are in the document too, so that scrolling shows no gaps. */
const OVERSCAN = 12;

/** A part of a list: the indexes from `first` up to, but not including, `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Returns the rows of a list of `count` rows that a window shows, `scrollTop` and `height` in pixels. */
export function visibleRows(count: number, scrollTop: number, height: number): RowRange {
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + OVERSCAN);
  return { first: Math.min(first, end), end };
}

/** Returns where to scroll so that a row is completely visible; the present position if it is. */
export function scrollPositionFor(index: number, scrollTop: number, height: number): number {
  const top = index * ROW_HEIGHT;
  // The header of the table, which has the height of a row, covers the first visible row.
  return Math.min(Math.max(scrollTop, top + 2 * ROW_HEIGHT - height), top);
}

import { styleText } from 'node:util';
import { toVisibleText } from './visible-text.ts';

/** Space between two columns. */
const GAP = '  ';

/**
 * Returns a function that formats rows; its first text begins with the header.
 *
 * @param numbers the columns that are aligned to the right
 */
export function createTable(
  header: readonly string[],
  numbers: readonly string[] = [],
): (rows: readonly (readonly string[])[]) => string {
  let widths = header.map(widthOf);
  let isFirst = true;

  function formatRow(cells: readonly string[]): string {
    return cells.map(formatCell).join(GAP);
  }

  function formatCell(cell: string, column: number): string {
    const space = ' '.repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
    if (numbers.includes(header[column] ?? '')) return space + cell;
    return column === header.length - 1 ? cell : cell + space;
  }

  return (rows) => {
    const visible = rows.map((cells) => cells.map(toVisibleText));
    // Columns only grow, so that rows that are formatted later stay below the earlier ones.
    widths = widths.map((width, column) => Math.max(width, ...visible.map((cells) => widthOf(cells[column] ?? ''))));
    const title = isFirst ? [styleText('bold', formatRow(header), { stream: process.stdout })] : [];
    isFirst = false;
    return [...title, ...visible.map(formatRow)].map((line) => `${line}\n`).join('');
  };
}

/** Returns the number of code points, which is the width in columns of most scripts. */
function widthOf(cell: string): number {
  return [...cell].length;
}

import { styleText } from 'node:util';
import { toVisibleText } from './visible-text.ts';

/** Space between two columns. */
const GAP = '  ';

/** Returns a function that formats rows; its first text begins with the header. */
export function createTable(header: readonly string[]): (rows: readonly (readonly string[])[]) => string {
  let widths = header.map(widthOf);
  let isFirst = true;

  function formatRow(cells: readonly string[]): string {
    // The last cell is not padded, because it is the longest.
    return cells.map((cell, column) => (column === cells.length - 1 ? cell : pad(cell, widths[column]))).join(GAP);
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

function pad(cell: string, width = 0): string {
  return cell + ' '.repeat(Math.max(0, width - widthOf(cell)));
}

/** Returns the number of code points, which is the width in columns of most scripts. */
function widthOf(cell: string): number {
  return [...cell].length;
}

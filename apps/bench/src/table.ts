import type { Result } from './result.ts';
import type { Spread } from './statistics.ts';

const HEAD = ['what', 'ours', 'compared with', 'ratio'];

/** Returns results as a Markdown table: medians, and in brackets the least and the greatest ratio. */
export function tableOf(results: readonly Result[]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...results.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Returns the figure of a result in one line: the ratio, if there is one. */
export function summaryOf({ unit, ours, ratio }: Result): string {
  const figure = ratio ?? ours;
  return `${format(figure.median)}${ratio ? '' : ` ${unit}`}${range(figure)}`;
}

function cellsOf({ what, unit, ours, other, ratio }: Result): readonly string[] {
  return [
    what,
    `${format(ours.median)} ${unit}${other ? '' : range(ours)}`,
    other ? `${other.what}: ${format(other.median)} ${unit}` : '-',
    ratio ? `${format(ratio.median)}${range(ratio)}` : '-',
  ];
}

function range({ least, greatest }: Spread): string {
  return least === greatest ? '' : ` (${format(least)}-${format(greatest)})`;
}

/** Formats small figures with two decimal places, and large ones with none. */
function format(figure: number): string {
  const digits = figure < 10 ? 2 : figure < 100 ? 1 : 0;
  return figure.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

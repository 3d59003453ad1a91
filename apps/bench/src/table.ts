import type { Result } from './result.ts';
import type { Target } from './scenario.ts';
import type { Spread } from './statistics.ts';

const HEAD = ['what', 'ours', 'limit', 'ratio', 'target', 'met'];

/** Writes results as a table in Markdown: medians, and in brackets the least and the greatest ratio. */
export function tableOf(results: readonly Result[]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...results.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** The figure that decides, and what it should be. */
export function summaryOf({ unit, ours, ratio, target, isMet }: Result): string {
  const unitOf = ratio ? '' : ` ${unit}`;
  const figure = ratio ?? ours;
  const verdict = target ? `, ${isMet ? 'met' : 'not met'}: ${formatTarget(target, unitOf)}` : '';
  return `${format(figure.median)}${unitOf}${range(figure)}${verdict}`;
}

function cellsOf({ what, unit, ours, limit, ratio, target, isMet }: Result): readonly string[] {
  return [
    what,
    `${format(ours.median)} ${unit}${limit ? '' : range(ours)}`,
    limit ? `${limit.what}: ${format(limit.median)} ${unit}` : '-',
    ratio ? `${format(ratio.median)}${range(ratio)}` : '-',
    target ? formatTarget(target, ratio ? '' : ` ${unit}`) : '-',
    isMet === null ? '-' : isMet ? 'yes' : 'no',
  ];
}

function range({ least, greatest }: Spread): string {
  return least === greatest ? '' : ` (${format(least)}-${format(greatest)})`;
}

function formatTarget(target: Target, unit: string): string {
  return 'atLeast' in target ? `≥ ${target.atLeast}${unit}` : `≤ ${target.atMost}${unit}`;
}

/** Two digits behind the point for small figures, none for large ones. */
function format(figure: number): string {
  const digits = figure < 10 ? 2 : figure < 100 ? 1 : 0;
  return figure.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

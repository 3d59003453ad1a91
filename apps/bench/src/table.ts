import type { Result } from './result.ts';
import type { Target } from './scenario.ts';
import type { Spread } from './statistics.ts';

const HEAD = ['what', 'ours', 'limit', 'ratio', 'target', 'met'];

/** Returns results as a Markdown table: medians, and in brackets the least and the greatest ratio. */
export function tableOf(results: readonly Result[]): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...results.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** Returns the figure that has the target, and the target. */
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

/** Formats small figures with two decimal places, and large ones with none. */
function format(figure: number): string {
  const digits = figure < 10 ? 2 : figure < 100 ? 1 : 0;
  return figure.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

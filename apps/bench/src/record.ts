import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, textOf } from './report.ts';

const FOLDER = join(import.meta.dirname, '..');
const README = join(FOLDER, 'README.md');
/** The file with the last recorded report. */
export const RECORDED: string = join(FOLDER, 'results.json');

const PLACE = /(?<=<!-- results -->\n\n)[\s\S]*?(?=\n<!-- end of results -->)/;

/** Writes a report to `results.json`, and its table to the README. */
export function record(report: Report): void {
  writeFileSync(RECORDED, `${JSON.stringify(report, null, 2)}\n`);
  const readme = readFileSync(README, 'utf8');
  writeFileSync(
    README,
    readme.replace(PLACE, () => textOf(report)),
  );
}

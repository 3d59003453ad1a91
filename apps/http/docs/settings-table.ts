// Writes the table of settings to docs/operate/settings.md, from their schema: `npm run docs`.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getDescription } from 'valibot';
import { SettingsSchema } from '../src/settings/settings.ts';

const PAGE = join(import.meta.dirname, '../../../docs/operate/settings.md');
const BETWEEN_MARKERS = /(?<=^<!-- settings -->\n\n)[\s\S]*?(?=\n<!-- end of settings -->$)/m;

/** Returns the table, with a row for each setting: name, default and meaning. */
export function settingsTable(): string {
  const rows = Object.entries(SettingsSchema.entries).map(([name, { default: value, wrapped }]) => {
    const meaning = getDescription(wrapped);
    if (meaning === undefined) throw new Error(`${name} has no meaning`);
    return `| \`${name}\` | ${value === undefined ? 'none' : `\`${value}\``} | ${meaning} |\n`;
  });
  return `| Name | Default | Meaning |\n| --- | --- | --- |\n${rows.join('')}`;
}

/** Matches the text between the markers of the table. */
export function settingsOn(page: string): string | undefined {
  return BETWEEN_MARKERS.exec(page)?.[0];
}

if (import.meta.main) {
  const page = readFileSync(PAGE, 'utf8');
  if (settingsOn(page) === undefined) throw new Error(`${PAGE} has no markers of settings`);
  writeFileSync(
    PAGE,
    page.replace(BETWEEN_MARKERS, () => settingsTable()),
  );
}

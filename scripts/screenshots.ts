// Writes the pictures of the web page in docs/images: `npm run screenshots`. Requires Chromium; CHROMIUM names another one than
// /usr/bin/chromium.

import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readEarthquakeEvents } from '../apps/http/demo/earthquake-events.ts';
import { launchChromium } from '../apps/http/test/support/chromium.ts';
import { openPage } from '../apps/http/test/support/open-page.ts';
import { startServer } from '../apps/http/test/support/start-server.ts';

const ROOT = join(import.meta.dirname, '..');
const MAX_BYTES = 200_000;

/** The strongest earthquake of the demo. */
const STRONGEST = '6f7b6c07-26b2-5727-aff7-845288e2be23';
const COLUMNS = 'view.columns=payload.properties.mag,payload.properties.place';

interface Picture {
  readonly file: string;
  /** The part of the URL after `#`: what the page shows. */
  readonly view: string;
  /** The element that is visible when the page has loaded everything. */
  readonly loaded: string;
}

const PICTURES: readonly Picture[] = [
  { file: 'events.png', view: `/events?${COLUMNS}`, loaded: '.live-on' },
  {
    file: 'event.png',
    view: `/events?event_type=earthquake&payload.properties.mag[gte]=5&${COLUMNS}&view.event=${STRONGEST}`,
    loaded: '.events:has(.event dl) .live-on',
  },
  {
    file: 'statistics.png',
    view: '/stats?metric=p95:payload.properties.mag&interval=1d&group_by=event_type',
    loaded: '.numbers td',
  },
];

const server = await startServer();
const browser = await launchChromium();
try {
  const response = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(readEarthquakeEvents()),
  });
  if (!response.ok) throw new Error(await response.text());
  for (const picture of PICTURES) await take(picture);
} finally {
  await browser.close();
  await server.stop();
}

async function take({ file, view, loaded }: Picture): Promise<void> {
  const { page, complaints } = await openPage(browser, `${server.url}/#${view}`, { reducedMotion: 'reduce' });
  await page.locator(loaded).first().waitFor();
  await page.locator('canvas').waitFor(); // the chart, which a separate request loads
  const path = join(ROOT, 'docs/images', file);
  await page.screenshot({ path, animations: 'disabled' });
  await page.context().close();
  if (complaints.length > 0) throw new Error(`${file}: ${complaints.join(', ')}`);
  const { size } = statSync(path);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes; a picture can have ${MAX_BYTES}`);
  console.log(`${relative(ROOT, path)}: ${size} bytes`);
}

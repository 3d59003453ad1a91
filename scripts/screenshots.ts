// Writes the pictures of the web page in docs/images: `npm run screenshots`. Requires Chromium; CHROMIUM names another one than
// /usr/bin/chromium.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** The schema of the orders whose record is shown. */
const ORDER_SCHEMA = {
  'x-mode': 'quarantine',
  properties: { order_id: { type: 'integer' }, currency: { enum: ['EUR', 'USD'] } },
  required: ['order_id', 'currency'],
};

const schemas = mkdtempSync(join(tmpdir(), 'event-tracker-schemas-'));
writeFileSync(join(schemas, 'order.*.json'), JSON.stringify(ORDER_SCHEMA));
const browser = await launchChromium();
const earthquakes = await startServer();
const orders = await startServer({ env: { SCHEMAS: schemas } });
try {
  await submit(earthquakes.url, readEarthquakeEvents());
  for (const picture of PICTURES) await take(earthquakes.url, picture);

  const record = await quarantineOrders(orders.url);
  await take(orders.url, {
    file: 'quarantine.png',
    view: `/quarantine?view.event=${record}`,
    loaded: '.quarantine:has(.mark) .live-on',
  });
} finally {
  await browser.close();
  await Promise.all([earthquakes.stop(), orders.stop()]);
  rmSync(schemas, { recursive: true });
}

async function submit(url: string, events: unknown): Promise<unknown> {
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(events),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
}

/** Submits invalid orders for some seconds, so that the chart has bars. Returns the id of the last record. */
async function quarantineOrders(url: string): Promise<string> {
  let record = '';
  for (let n = 0; n < 24; n++) {
    const customer = { id: 70 + n, name: 'Ada Lovelace', city: 'London' };
    const payload = { order_id: `A-${4_711 + n}`, amount: 12.5, currency: 'EUR', customer };
    const timestamp = new Date().toISOString();
    const { id } = (await submit(url, {
      event_type: n % 3 === 0 ? 'order.shipped' : 'order.paid',
      timestamp,
      payload: n % 4 === 0 ? { ...payload, order_id: 4_711 + n, currency: 'Euro' } : payload,
    })) as { id: string };
    record = id;
    await sleep(100 + 90 * (n % 5));
  }
  return record;
}

async function take(url: string, { file, view, loaded }: Picture): Promise<void> {
  const { page, complaints } = await openPage(browser, `${url}/#${view}`, { reducedMotion: 'reduce' });
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

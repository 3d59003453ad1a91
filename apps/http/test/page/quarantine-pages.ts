import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, JsonObject } from '@event-tracker/core';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { jsonOf } from '../support/client.ts';
import { postEvent } from '../support/events.ts';
import { type OpenedPage, openPage } from '../support/open-page.ts';
import type { StartedServer } from '../support/start-server.ts';
import { useServerProcess } from '../support/use-server.ts';

/** A schema that events whose user has no numeric id do not match. */
export const USER_SCHEMA = {
  'x-mode': 'quarantine',
  type: 'object',
  properties: { user: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } },
  required: ['user'],
};

/** Creates a folder with schemas, which is deleted after the tests. Returns a function that writes another one. */
export function useSchemas(schemas: Readonly<Record<string, unknown>>) {
  const folder = mkdtempSync(join(tmpdir(), 'event-tracker-page-'));
  const write = (file: string, schema: unknown): void => writeFileSync(join(folder, file), JSON.stringify(schema));
  for (const [file, schema] of Object.entries(schemas)) write(file, schema);
  afterAll(() => rmSync(folder, { recursive: true }));
  return { folder, write };
}

/** A server that quarantines events, and a browser. */
export interface QuarantinePages {
  readonly server: Pick<StartedServer, 'url' | 'process'>;
  browser(): Browser;
  /** Opens a page, which must end without errors, without policy violations and without requests to other servers. */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>;
  /** Submits an event that is quarantined, and returns its record. */
  quarantine(event: JsonObject): Promise<Event>;
  /** Has a page checked like those that `open` opens. */
  check(opened: OpenedPage): void;
}

export function useQuarantinePages(schemas: string): QuarantinePages {
  const server = useServerProcess({ env: { SCHEMAS: schemas, RATE_LIMIT: 'off' } });
  let browser: Browser | undefined;
  const opened: OpenedPage[] = [];
  const started = (): Browser => {
    if (!browser) throw new Error('the browser runs only while tests run');
    return browser;
  };

  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => started().close());
  afterEach(async () => {
    for (const { page, requested, complaints } of opened.splice(0)) {
      await page.context().close();
      expect(complaints.filter(isDefect)).toEqual([]);
      expect(requested.filter((url) => !url.startsWith(`${server.url}/`))).toEqual([]);
    }
  });

  return {
    server,
    browser: started,
    open: async (hash = '', options) => {
      const one = await openPage(started(), `${server.url}/${hash}`, options);
      opened.push(one);
      await one.page.locator('.rows .row, .empty').first().waitFor({ state: 'attached' });
      return one.page;
    },
    quarantine: async (event) => {
      const response = await postEvent(server.url, event);
      expect(response.status).toBe(202);
      return jsonOf<Event>(response);
    },
    check: (one) => opened.push(one),
  };
}

/** A refused request is not a defect of the page. */
function isDefect(complaint: string): boolean {
  return !complaint.startsWith('Failed to load resource');
}

export function panelOf(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Quarantined event' });
}

import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type OutputChunk, rolldown } from 'rolldown';
import { describe, expect, test } from 'vitest';
import { hasChromium, launchChromium } from '../apps/http/test/support/chromium.ts';
import { openPage } from '../apps/http/test/support/open-page.ts';
import { IS_QUICK } from '../packages/event-store-conformance/src/test-effort.ts';

// Bundles core, alone and with the memory store, as a web page with a local tracker does.

const PACKAGES = join(import.meta.dirname, '../packages');
const TRACKER = `export { createEventTracker } from '${PACKAGES}/core/src/index.ts';`;
const GUARD = `export { isInvalidEventError } from '${PACKAGES}/core/src/index.ts';`;
const MEMORY = `export { createMemoryEventStore } from '${PACKAGES}/adapters-memory/src/index.ts';`;

/**
 * What a page imports, with its greatest size, minified and compressed. The goal for `createEventTracker` was 12 kB. It has
 * everything by default: statistics (3.0 kB), following (2.4 kB), valibot (2.1 kB), filters on payloads (1.0 kB), suggestions (0.6 kB).
 */
const SIZES = [
  ['a guard', GUARD, 450],
  ['createEventTracker', TRACKER, 19_300],
  ['createEventTracker and the memory store', TRACKER + MEMORY, 33_300],
] as const;

test.each(SIZES)('a bundle of %s is small', async (_, source, maxBytes) => {
  const { code } = await bundle(source);
  const bytes = gzipSync(code, { level: 9 }).length;
  expect(bytes).toBeLessThan(maxBytes);
  expect(bytes, 'is measured').toBeGreaterThan(maxBytes / 2);
});

/** Uses a tracker, and returns what it found. */
const PROGRAM = `(async () => {
  const tracker = eventTracker.createEventTracker({ store: eventTracker.createMemoryEventStore() });
  const timestamp = '2025-01-01T12:00:00Z';
  await tracker.submitAll([1, 2, 3].map((user_id) => ({ event_type: 'login', timestamp, payload: { user_id } })));
  const found = [];
  for await (const { payload } of tracker.query({ 'payload.user_id[gte]': '2' })) found.push(payload.user_id);
  const followed = [];
  for await (const { event } of tracker.follow({}, { after: 'start' })) {
    if (event) followed.push(event.payload.user_id);
    if (followed.length === 3) break;
  }
  const [{ value }] = await tracker.stats({ metric: 'sum:payload.user_id' });
  return { found, followed, value };
})()`;
const RESULT = { found: [2, 3], followed: [1, 2, 3], value: 6 };

test('the bundle requires of a runtime what is common to all, and not the DOM', async () => {
  const { imports, code } = await bundle(TRACKER + MEMORY);
  expect(imports).toEqual([]);
  const realm = { AbortController, clearTimeout, crypto, setTimeout, structuredClone };
  expect(await runInNewContext(`${code}; ${PROGRAM}`, realm)).toEqual(RESULT);
});

describe.skipIf(IS_QUICK || !hasChromium)('in Chromium', () => {
  test('the bundle stores and finds events, on a page without HTTPS too', async () => {
    const { code } = await bundle(TRACKER + MEMORY);
    const browser = await launchChromium();
    try {
      const { page, complaints } = await openPage(browser, 'about:blank');
      await page.route('http://tracker.example/', (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      await page.goto('http://tracker.example/');
      expect(await page.evaluate('isSecureContext')).toBe(false);
      await page.addScriptTag({ content: code });
      expect(await page.evaluate(PROGRAM)).toEqual(RESULT);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

/** Bundles what a module exports, as the global `eventTracker`. */
async function bundle(source: string): Promise<OutputChunk> {
  const built = await rolldown({
    input: 'entry',
    platform: 'browser',
    resolve: { conditionNames: ['x-src', 'browser', 'import'] },
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === 'entry' ? id : undefined),
        load: (id) => (id === 'entry' ? source : undefined),
      },
    ],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message); // such as an import that is not found
    },
  });
  const { output } = await built.generate({ format: 'iife', name: 'eventTracker', minify: true, codeSplitting: false });
  await built.close();
  expect(output).toHaveLength(1);
  return output[0];
}

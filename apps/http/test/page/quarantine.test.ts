import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event, JsonObject } from '@event-tracker/core';
import { replayedIdOf } from '@event-tracker/core/schemas';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, hasChromium, launchChromium } from '../support/chromium.ts';
import { call, get, jsonOf, post } from '../support/client.ts';
import { NOON, newEvent, postEvent, postLines, storedOf } from '../support/events.ts';
import { bearer, KEY, makeKey } from '../support/keys.ts';
import { type OpenedPage, openPage } from '../support/open-page.ts';
import { useServer, useServerProcess } from '../support/use-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-page-'));
const write = (file: string, schema: unknown): void => writeFileSync(join(folder, file), JSON.stringify(schema));
const SCHEMA = {
  'x-mode': 'quarantine',
  type: 'object',
  properties: { user: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] } },
  required: ['user'],
};
write('order.*.json', SCHEMA);
write('replay.*.json', SCHEMA);
afterAll(() => rmSync(folder, { recursive: true }));

/** A refused request is not a defect of the page. */
const isDefect = (complaint: string): boolean => !complaint.startsWith('Failed to load resource');

describe.skipIf(!hasChromium || IS_QUICK)(
  `quarantined events on the web page in ${CHROMIUM}`,
  { timeout: 60_000 },
  () => {
    const server = useServerProcess({ env: { SCHEMAS: folder, RATE_LIMIT: 'off' } });
    let browser: Browser;
    const opened: OpenedPage[] = [];

    beforeAll(async () => {
      browser = await launchChromium();
      expect((await postEvent(server.url, newEvent('order.good', { user: { id: 1 } }))).status).toBe(201);
    }, 60_000);
    afterAll(() => browser.close());
    afterEach(async () => {
      for (const { page, requested, complaints } of opened.splice(0)) {
        await page.context().close();
        expect(complaints.filter(isDefect)).toEqual([]);
        expect(requested.filter((url) => !url.startsWith(`${server.url}/`))).toEqual([]);
      }
    });

    async function open(hash = '', options = {}): Promise<Page> {
      const one = await openPage(browser, `${server.url}/${hash}`, options);
      opened.push(one);
      await one.page.locator('.rows .row, .empty').first().waitFor({ state: 'attached' });
      return one.page;
    }

    const panelOf = (page: Page): Locator => page.getByRole('complementary', { name: 'Quarantined event' });
    const addressOf = (page: Page): string => decodeURIComponent(new URL(page.url()).hash);
    const typesOf = async (page: Page) => [...new Set(await page.locator('.rows .row .type').allInnerTexts())];

    /** Submits an event that is quarantined, and returns its record. */
    async function quarantine(event: JsonObject): Promise<Event> {
      const response = await postEvent(server.url, event);
      expect(response.status).toBe(202);
      return jsonOf<Event>(response);
    }

    test('are reached in one click, which the page offers once there are any', async () => {
      const page = await open();
      const link = page.getByRole('button', { name: /^Quarantine/ });
      await page.locator('.legend').waitFor();
      expect(await link.count()).toBe(0);
      await quarantine(newEvent('order.first', { user: { id: 'x' } }));
      await page.reload();
      await link.filter({ hasText: '1' }).click();
      expect(addressOf(page)).toBe('#/quarantine');
      const row = page.locator('.rows .row');
      expect((await row.innerText()).split('\n')).toEqual([
        expect.stringMatching(/^\d{4}-\d\d-\d\d /),
        'order.first',
        '1',
        '/payload/user/id: must be integer',
      ]);
    });

    test('are filtered by their original type, also in a pasted link, and after back and forward', async () => {
      await quarantine(newEvent('order.a', { user: {} }));
      await quarantine(newEvent('order.b', { user: { id: null } }));
      const page = await open('#/quarantine');
      await page.getByRole('combobox', { name: 'Original type' }).selectOption('order.a');
      await expect.poll(() => typesOf(page)).toEqual(['order.a']);
      await page.locator('.rows .row').click();
      await panelOf(page).getByText('/payload/user/id').first().waitFor();
      const record = new URL(page.url()).hash;
      await panelOf(page).getByRole('button', { name: 'Edit and replay' }).click();
      await panelOf(page).getByRole('textbox').waitFor();
      expect(addressOf(page)).toMatch(/^#\/quarantine\?event_type=order\.a&view\.event=[^&]+&view\.edit=true$/);
      await page.goBack();
      expect(new URL(page.url()).hash).toBe(record);
      expect(await panelOf(page).getByRole('textbox').count()).toBe(0);
      await page.goForward();
      const text = await panelOf(page).getByRole('textbox').inputValue();

      const other = await open(new URL(page.url()).hash);
      expect(await panelOf(other).getByRole('textbox').inputValue()).toBe(text);
      await expect.poll(() => typesOf(other)).toEqual(['order.a']);
      await other.getByRole('button', { name: 'Events', exact: true }).click();
      expect(addressOf(other)).toBe('#/events');
    });

    test('show their problems next to the payload, and each at its place', async () => {
      const items = Array.from({ length: 80 }, (_, n) => n);
      const { id } = await quarantine(newEvent('order.places', { user: { name: 'Ada', items } }));
      const page = await open(`#/quarantine?view.event=${id}`);
      const problems = panelOf(page).getByRole('region', { name: 'Problems' });
      expect(await problems.innerText()).toMatch(
        /1 problem\s+\/payload\/user\/id\s+must have required property 'id'\s+keyword required of order\.\*\.json/,
      );
      // The property does not exist, so the object that requires it is marked.
      const place = panelOf(page).locator('[data-place="/payload/user"]');
      expect(await place.locator('> .mark').innerText()).toBe("id: must have required property 'id'");
      await place.getByRole('button', { expanded: true }).first().click();
      await panelOf(page).locator('[data-place="/payload"]').getByRole('button', { expanded: true }).first().click();
      expect(await place.count()).toBe(0);
      await problems.getByRole('button', { name: '/payload/user/id' }).click();
      await expect.poll(() => place.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
      const [left, right] = await Promise.all([problems.boundingBox(), place.boundingBox()]);
      expect(right?.x).toBeGreaterThan((left?.x ?? 0) + (left?.width ?? 0));
    });

    test('are replayed all together, after the number that is valid now is shown', async () => {
      for (const user of ['a', 'b']) await quarantine(newEvent('replay.text', { user }));
      await quarantine(newEvent('replay.none', { none: true }));
      const page = await open('#/quarantine?event_type[prefix]=replay.');
      await page.getByRole('button', { name: 'Replay these …' }).click();
      await page.getByText('Still invalid: 3 events.').waitFor();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      write('replay.*.json', { ...SCHEMA, properties: {} });
      server.process.kill('SIGHUP');
      await expect.poll(async () => (await get(`${server.url}/schemas/replay.text`)).text).not.toContain('integer');

      await page.getByRole('button', { name: 'Replay these …' }).click();
      await page.getByText('Valid now: 2 events. Still invalid: 1.').waitFor();
      expect(await storedOf(server.url, 'replay.text')).toEqual([]);
      await page.getByRole('button', { name: 'Replay 2 events' }).click();
      await page.getByText('2 events replayed. 1 event stays in quarantine.').waitFor();
      await expect.poll(() => typesOf(page)).toEqual(['replay.none']);
      expect((await storedOf(server.url, 'replay.text')).map(({ payload }) => payload.user).sort()).toEqual(['a', 'b']);
    });

    test('are replayed one by one, as they were sent', async () => {
      const { id } = await quarantine(newEvent('order.late', { user: 1 }));
      const page = await open(`#/quarantine?event_type=order.late&view.event=${id}`);
      await panelOf(page).getByRole('button', { name: 'Replay', exact: true }).click();
      await panelOf(page).getByText('The event is still invalid. It stays in quarantine.').waitFor();
      write('order.late.json', {});
      server.process.kill('SIGHUP');
      await expect.poll(async () => (await get(`${server.url}/schemas/order.late`)).text).toBe('{}\n');
      await panelOf(page).getByRole('button', { name: 'Replay', exact: true }).click();
      await panelOf(page).getByText('The event is stored, and no longer in quarantine.').waitFor();
      await page.getByText('No event matches.').waitFor();
      expect(await storedOf(server.url, 'order.late')).toEqual([
        { ...newEvent('order.late', { user: 1 }), id: replayedIdOf({ id }) },
      ]);
      await panelOf(page).getByRole('button', { name: 'Show the event' }).click();
      await page.getByRole('complementary', { name: 'Event' }).getByText(replayedIdOf({ id })).waitFor();
    });

    test('are corrected with the keyboard alone, and stored under their id', async () => {
      const id = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f';
      await quarantine({ id, ...newEvent('order.edited', { user: { id: '7' }, big: 1e21 }) });
      const page = await open('#/quarantine?event_type=order.edited');
      const press = async (...keys: readonly string[]): Promise<void> => {
        for (const key of keys) await page.keyboard.press(key);
      };
      const tabTo = async (target: Locator): Promise<void> => {
        for (let n = 0; n < 60; n++) {
          if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
          await page.keyboard.press('Tab');
        }
        throw new Error('Tab does not reach the element');
      };
      await tabTo(page.getByRole('grid'));
      await press('ArrowDown');
      await panelOf(page).getByRole('heading', { name: 'order.edited' }).waitFor();
      await tabTo(panelOf(page).getByRole('button', { name: 'Edit and replay' }));
      await press('Enter');
      // The text of the first problem is selected.
      await expect.poll(() => page.evaluate('getSelection().toString()')).toBe('"7"');
      await page.keyboard.type('"8"');
      await tabTo(panelOf(page).getByRole('button', { name: 'Store the event' }));
      await press('Enter');
      await panelOf(page).getByText('The event is still invalid. It stays in quarantine.').waitFor();
      await expect.poll(() => page.evaluate('getSelection().toString()')).toBe('"8"');
      expect(await panelOf(page).getByRole('region', { name: 'Problems' }).innerText()).toContain('line 7');
      await page.keyboard.type('8/ '); // the keys of the page are letters in the editor
      await press('Backspace', 'Backspace');
      await tabTo(panelOf(page).getByRole('button', { name: 'Store the event' }));
      await press('Enter');
      await panelOf(page).getByText('The event is stored, and no longer in quarantine.').waitFor();
      const focused = page.locator(':focus');
      await focused.filter({ hasText: 'The event is stored' }).waitFor();
      expect(await storedOf(server.url, 'order.edited')).toEqual([
        { id, ...newEvent('order.edited', { user: { id: 8 }, big: 1e21 }) },
      ]);
      expect(await storedOf(server.url, 'quarantine.order.edited')).toEqual([]);
    });

    test('name the line and the column where a correction is not JSON, and keep it until it is stored or cancelled', async () => {
      const { id } = await quarantine(newEvent('order.syntax', {}));
      const page = await open(`#/quarantine?view.event=${id}&view.edit=true`);
      const editor = panelOf(page).getByRole('textbox');
      await editor.fill('{\n  "event_type": "order.syntax",\n  "payload": {},\n}');
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      await panelOf(page).getByText('Line 4, column 1: expected a name in double quotes.').waitFor();
      await panelOf(page).getByRole('button', { name: 'Close the event' }).click();
      await page.goBack();
      expect(await editor.inputValue()).toContain('"payload": {},\n}');
      await panelOf(page).getByRole('button', { name: 'Cancel' }).click();
      await panelOf(page).getByRole('button', { name: 'Edit and replay' }).click();
      expect(JSON.parse(await editor.inputValue())).toEqual({
        id: replayedIdOf({ id }),
        ...newEvent('order.syntax', {}),
      });
    });

    test('that lose a digit or have another error are not stored', async () => {
      const { id } = await quarantine(newEvent('order.digits', {}));
      const page = await open(`#/quarantine?view.event=${id}&view.edit=true`);
      await panelOf(page)
        .getByRole('textbox')
        .fill(`{"event_type":"order.digits","timestamp":"today","payload":{"user":{"id":9007199254740993}}}`);
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      const problems = panelOf(page).getByRole('region', { name: 'Problems' });
      await problems.getByText('/payload/user/id').waitFor();
      expect(await problems.innerText()).toMatch(/2 problems\s+\/timestamp line 1\s/);
      expect(await storedOf(server.url, 'order.digits')).toEqual([]);
    });

    test('that could not be read as JSON are corrected as text', async () => {
      const line = `{"event_type":"order.text","timestamp":"${NOON}","payload":{"user":{"id":1}`;
      expect((await postLines(server.url, [line], { Prefer: 'handling=lenient' })).status).toBe(200);
      const [record] = await storedOf(server.url, 'quarantine.unknown');
      const page = await open(`#/quarantine?view.event=${record?.id}`);
      expect(await panelOf(page).locator('pre').innerText()).toBe(line);
      await panelOf(page).getByRole('button', { name: 'Edit and replay' }).click();
      await panelOf(page).getByRole('textbox').fill(`${line}}}`);
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      await panelOf(page).getByText('The event is stored, and no longer in quarantine.').waitFor();
      expect(await storedOf(server.url, 'order.text')).toHaveLength(1);
    });

    test('whose record cannot be deleted are stored once', async () => {
      const { id } = await quarantine(newEvent('order.once', {}));
      const page = await open(`#/quarantine?view.event=${id}&view.edit=true`);
      const corrected = { id: replayedIdOf({ id }), ...newEvent('order.once', { user: { id: 1 } }) };
      await page.route(`**/events/${id}`, (route) =>
        route.request().method() === 'DELETE' ? route.abort() : route.continue(),
      );
      await panelOf(page).getByRole('textbox').fill(JSON.stringify(corrected));
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      await panelOf(page).getByText('The event is stored, but its quarantine record could not be deleted').waitFor();
      expect(await storedOf(server.url, 'quarantine.order.once')).toHaveLength(1);
      await page.unroute(`**/events/${id}`);
      await panelOf(page).getByRole('button', { name: 'Delete the record' }).click();
      await panelOf(page).getByText('The event is stored, and no longer in quarantine.').waitFor();
      expect(await storedOf(server.url, 'quarantine.order.once')).toEqual([]);
      expect(await storedOf(server.url, 'order.once')).toEqual([corrected]);
    });

    test('whose id another event has got report that', async () => {
      const id = '017f22e2-79b0-7cc3-98c4-dc0c0c073991';
      const { id: record } = await quarantine({ id, ...newEvent('order.taken', {}) });
      expect((await postEvent(server.url, { id, ...newEvent('order.other', { user: { id: 1 } }) })).status).toBe(201);
      const page = await open(`#/quarantine?view.event=${record}&view.edit=true`);
      const corrected = { id, ...newEvent('order.taken', { user: { id: 1 } }) };
      await panelOf(page).getByRole('textbox').fill(JSON.stringify(corrected));
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      await panelOf(page).getByText('The event stays in quarantine: another event with this id').waitFor();
      // Without an id, it gets that of the record: the same in every attempt.
      await panelOf(page)
        .getByRole('textbox')
        .fill(JSON.stringify(newEvent('order.taken', { user: { id: 1 } })));
      await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
      await panelOf(page).getByText('The event is stored, and no longer in quarantine.').waitFor();
      expect(await storedOf(server.url, 'order.taken')).toEqual([{ ...corrected, id: replayedIdOf({ id: record }) }]);
    });

    test('of other systems that could not be translated say so', async () => {
      const batch = [{ type: 'track', event: 'bought', messageId: 'b', userId: 'u' }];
      const response = await post(`${server.url}/v1/batch`, JSON.stringify({ batch }), { Prefer: 'handling=lenient' });
      expect(response.status).toBe(200);
      const page = await open('#/quarantine?payload.protocol=segment');
      await page.locator('.rows .row').click();
      await panelOf(page).getByText('It could not be read as an event.').waitFor();
    });

    test('that are gone show that in a sentence', async () => {
      const page = await open('#/quarantine?view.event=017f22e2-79b0-7cc3-98c4-dc0c0c073990');
      await panelOf(page).getByText('no longer in quarantine').waitFor();
    });

    test('are shown live', async () => {
      const page = await open('#/quarantine?event_type=order.live');
      await page.getByText('No event matches.').waitFor();
      await page.getByText('Live', { exact: true }).waitFor();
      await quarantine(newEvent('order.live', {}));
      await page.locator('.rows .row', { hasText: 'order.live' }).waitFor();
    });

    test('are shown from the list of all events too', async () => {
      const { id } = await quarantine(newEvent('order.listed', {}));
      const page = await open(`#/events?view.event=${id}`);
      await page.getByRole('button', { name: 'Show in quarantine' }).click();
      await panelOf(page).getByText('must have required property').first().waitFor();
      expect(addressOf(page)).toBe(`#/quarantine?view.event=${id}`);
    });

    test('have a part of the page that reports if it cannot be loaded', async () => {
      const one = await openPage(browser, `${server.url}/`);
      opened.push(one);
      await one.page.route('**/page/quarantine-view-*', (route) => route.abort());
      await one.page.getByRole('button', { name: /^Quarantine/ }).click();
      await one.page.getByRole('alert').filter({ hasText: 'could not be loaded' }).first().waitFor();
    });

    test.each(['light', 'dark'] as const)('have no finding of axe, with %s colors', async (colorScheme) => {
      const { id } = await quarantine(newEvent('order.axe', { user: { id: 'x' } }));
      for (const hash of [
        '#/quarantine',
        `#/quarantine?view.event=${id}`,
        `#/quarantine?view.event=${id}&view.edit=true`,
      ]) {
        const page = await open(hash, { colorScheme, bypassCSP: true });
        await page.getByRole('button', { name: /^Replay all/ }).click();
        await page.getByText('Still invalid').first().waitFor();
        if (hash.includes('edit')) await panelOf(page).getByRole('button', { name: 'Store the event' }).click();
        if (hash.includes('edit')) await panelOf(page).getByRole('alert').waitFor();
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          'axe.run()',
        );
        expect(violations.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
      }
    });

    test('fit a phone', async () => {
      const { id } = await quarantine(newEvent(`order.phone.${'x'.repeat(200)}`, { user: { id: 'x'.repeat(200) } }));
      for (const hash of [
        '#/quarantine',
        `#/quarantine?view.event=${id}`,
        `#/quarantine?view.event=${id}&view.edit=true`,
      ]) {
        const page = await open(hash, { viewport: { width: 390, height: 844 } });
        if (hash.includes('view')) await panelOf(page).getByText('must be integer').first().waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
        expect(
          await page.evaluate(
            'Math.max(0, ...[...document.querySelectorAll(".event *, .tools *, .legend *")].map((one) => one.getBoundingClientRect().right))',
          ),
        ).toBeLessThanOrEqual(390);
      }
    });
  },
);

describe.skipIf(!hasChromium || IS_QUICK)(
  `quarantined events on a server with keys, on the web page in ${CHROMIUM}`,
  { timeout: 60_000 },
  () => {
    const readerAndWriter = { secret: `${KEY.read.secret}-and-writer` };
    const server = useServer({
      env: {
        API_KEYS: [KEY.read.line, KEY.admin.line, makeKey('both', 'read,write', readerAndWriter.secret).line].join(';'),
        SCHEMAS: folder,
      },
    });
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchChromium();
    }, 60_000);
    afterAll(() => browser.close());

    async function openAs(hash: string, { secret }: { readonly secret: string }): Promise<Page> {
      const { page } = await openPage(browser, `${server.url}/${hash}`);
      await page.getByLabel('Key').fill(secret);
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.locator('.rows .row').first().waitFor();
      return page;
    }

    test('are replayed and corrected only with the scope admin, which the page names before it stores anything', async () => {
      const admin = bearer(KEY.admin);
      const response = await post(`${server.url}/events`, JSON.stringify(newEvent('order.keys', {})), admin);
      const { id } = jsonOf<Event>(response);
      const page = await openAs(`#/quarantine?view.event=${id}&view.edit=true`, readerAndWriter);
      const sentence = 'This key has no right to replay events: the scope “admin” is required.';
      await page.getByRole('button', { name: 'Replay all …' }).click();
      await page.locator('.tools').getByText(sentence).waitFor();
      const panel = page.getByRole('complementary', { name: 'Quarantined event' });
      const corrected = { id: replayedIdOf({ id }), ...newEvent('order.keys', { user: { id: 1 } }) };
      await panel.getByRole('textbox').fill(JSON.stringify(corrected));
      await panel.getByRole('button', { name: 'Store the event' }).click();
      await panel.getByText(sentence).waitFor();
      const stored = () => call('GET', `${server.url}/events?event_type=order.keys`, { headers: admin });
      expect(jsonOf(await stored())).toEqual([]);

      await panel.getByLabel('Key').fill(KEY.admin.secret);
      await panel.getByRole('button', { name: 'Use this key' }).click();
      expect(JSON.parse(await panel.getByRole('textbox').inputValue())).toEqual(corrected);
      await panel.getByRole('button', { name: 'Store the event' }).click();
      await panel.getByText('The event is stored, and no longer in quarantine.').waitFor();
      expect(jsonOf(await stored())).toEqual([corrected]);
    });
  },
);

import type { Event } from '@event-tracker/core';
import { replayedIdOf } from '@event-tracker/core/schemas';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchChromium, runsChromium } from '../support/chromium.ts';
import { call, jsonOf, post } from '../support/client.ts';
import { NOON, newEvent, postEvent, postLines, storedOf } from '../support/events.ts';
import { bearer, KEY, makeKey } from '../support/keys.ts';
import { openPage } from '../support/open-page.ts';
import { useServer } from '../support/use-server.ts';
import { panelOf, USER_SCHEMA, useQuarantinePages, useSchemas } from './quarantine-pages.ts';

const { folder } = useSchemas({ 'order.*.json': USER_SCHEMA });

describe.skipIf(!runsChromium)(`quarantined events on the web page in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const { server, open, quarantine } = useQuarantinePages(folder);

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
});

describe.skipIf(!runsChromium)(
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

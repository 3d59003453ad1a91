import { replayedIdOf } from '@event-tracker/core/schemas';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, runsChromium } from '../support/chromium.ts';
import { get } from '../support/client.ts';
import { newEvent, postEvent, storedOf } from '../support/events.ts';
import { openPage } from '../support/open-page.ts';
import { panelOf, USER_SCHEMA, useQuarantinePages, useSchemas } from './quarantine-pages.ts';

const { folder, write } = useSchemas({ 'order.*.json': USER_SCHEMA, 'replay.*.json': USER_SCHEMA });

const addressOf = (page: Page): string => decodeURIComponent(new URL(page.url()).hash);
const typesOf = async (page: Page) => [...new Set(await page.locator('.rows .row .type').allInnerTexts())];

describe.skipIf(!runsChromium)(`quarantined events on the web page in ${CHROMIUM}`, { timeout: 60_000 }, () => {
  const { server, browser, open, check, quarantine } = useQuarantinePages(folder);

  beforeAll(async () => {
    expect((await postEvent(server.url, newEvent('order.good', { user: { id: 1 } }))).status).toBe(201);
  });

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
    write('replay.*.json', { ...USER_SCHEMA, properties: {} });
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

  test('are replayed until the replay is stopped or fails, and the rest later', async () => {
    write('order.slow.json', USER_SCHEMA);
    await quarantine(newEvent('order.slow', {}));
    const page = await open('#/quarantine?event_type=order.slow');
    const begin = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Replay these …' }).click();
      await page.getByRole('button', { name: 'Replay 1 event' }).click();
    };
    write('order.slow.json', {});
    server.process.kill('SIGHUP');
    await expect.poll(async () => (await get(`${server.url}/schemas/order.slow`)).text).toBe('{}\n');

    const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
    await page.route(/dry_run=false/, () => isReleased);
    await begin();
    await page.getByText('Replaying …').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. Events that were already replayed stay stored.').waitFor();
    release();

    await page.unroute(/dry_run=false/);
    const timeout = { code: 'store_timeout', status: 503, detail: '0 events are replayed so far; repeat the call' };
    await page.route(/dry_run=false/, (route) => route.fulfill({ status: 503, json: timeout }), { times: 1 });
    await begin();
    await page.getByRole('alert').filter({ hasText: '0 events are replayed so far' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('1 event replayed.').waitFor();
    expect(await storedOf(server.url, 'order.slow')).toHaveLength(1);
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
    const one = await openPage(browser(), `${server.url}/`);
    check(one);
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
});

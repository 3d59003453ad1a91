import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page in a browser, and what it did that a user does not see. */
export interface OpenedPage {
  readonly page: Page;
  /** URLs of its requests. */
  readonly requested: readonly string[];
  /** Errors, warnings and policy violations. */
  readonly complaints: readonly string[];
}

/** Opens a URL in a separate context of a browser, so that pages share no storage. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const requested: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requested.push(request.url()));
  page.on('websocket', (socket) => requested.push(socket.url()));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requested, complaints };
}

import { existsSync } from 'node:fs';
import { IS_QUICK } from '@event-tracker/event-store-conformance';
import { type Browser, chromium } from 'playwright-core';

/** The installed browser. An environment variable can set another one. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
/** False in a quick run, for tests whose behaviour cheaper tests cover. */
export const runsChromium = hasChromium && !IS_QUICK;

const ARGUMENTS = [
  '--no-sandbox', // root cannot use the sandbox
  '--disable-gpu',
  // Requests of the browser itself must not count as requests of the page.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** The installed browser. An environment variable can set another one. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

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

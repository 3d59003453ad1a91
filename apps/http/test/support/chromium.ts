import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A browser of the machine; the environment may name another. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

const ARGUMENTS = [
  '--no-sandbox', // which a browser of root's does not have
  '--disable-gpu',
  // Not to take the browser's own calls home for those of the page.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { atEnd } from '../support/cleanup.js';

/** Where systems keep their own Chromium; none is brought along. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

const PATIENCE_MS = 15_000;

/** A fresh page, and what goes wrong in it unseen: scripts that throw, and what the page's policy refuses. */
export interface Window {
  page: Page;
  faults: string[];
}

/** Starts a browser that is closed after the last test of the file; each call of what it returns opens a page that knows nobody. */
export async function startBrowser(): Promise<(width?: number) => Promise<Window>> {
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  atEnd('browser', () => browser.close());
  return async (width = 1_280) => {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|React/.test(message.text())) faults.push(message.text());
    });
    return { page, faults };
  };
}

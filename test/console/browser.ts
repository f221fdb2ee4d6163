import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumOfThisRun } from '../support/chromium.js';
import { atEnd } from '../support/cleanup.js';

const found = chromiumOfThisRun();

/** Why there is none, for titles; empty where there is one. */
export const WHY_NONE = 'why' in found ? found.why : '';

/** Leads to this machine, but is none of the names that a browser trusts without https. */
export const PLAIN_HOST = 'console.example';

/** Beside Playwright's own, which give it an empty profile and keep it from calling home. */
const FLAGS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--disable-sync',
  `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
];
const PATIENCE_MS = 15_000;

/** A fresh page, and what goes wrong in it unseen. */
export interface Window {
  page: Page;
  /** Scripts that throw, what the page's policy refuses, and whatever else the browser calls an error. */
  faults: string[];
  /** Answers of 400 and above: `404 GET /v1/…`. */
  refusals: string[];
}

/** Starts a browser that is closed after the last test of the file; each call of what it returns opens a page that knows nobody. */
export async function startBrowser(): Promise<(width?: number) => Promise<Window>> {
  if (!('program' in found)) throw new Error(found.why);
  const { path, env } = found.program;
  const browser: Browser = await chromium.launch({ executablePath: path, args: FLAGS, env: { ...process.env, ...env } });
  atEnd('browser', () => browser.close());
  return async (width = 1_280) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, locale: 'en-GB' });
    page.setDefaultTimeout(PATIENCE_MS);
    return watch(page);
  };
}

function watch(page: Page): Window {
  const faults: string[] = [];
  const refusals: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => {
    // An answer that refuses something is logged as an error, too.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(message.text());
  });
  page.on('response', (answer) => {
    if (answer.status() < 400) return;
    refusals.push(`${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`);
  });
  return { page, faults, refusals };
}

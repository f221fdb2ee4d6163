import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** The folder that `npm run screenshots` collects the pictures in. In any other run none are taken. */
const FOLDER = 'TIDINGS_SCREENSHOTS';
const QUALITY = 85;

/** Takes a picture of what a page shows, as `console-<name>.webp`. */
export async function takePicture(page: Page, name: string, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
  const folder = process.env[FOLDER];
  if (!folder) return;
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const browser = await page.context().newCDPSession(page);
  // Playwright's own pictures are PNG or JPEG; the browser can do what is half as large.
  const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await browser.detach();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `console-${name}.webp`), Buffer.from(data, 'base64'));
}

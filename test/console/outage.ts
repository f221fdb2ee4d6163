import type { Page } from 'playwright-core';

/** An outage of one request of the page: until `end`, the gateway answers it with this status. `asked`: how often it was made meanwhile. */
export interface Outage {
  asked: () => number;
  end: () => Promise<void>;
}

interface OutageOptions {
  method?: string;
  status?: number;
}

/** Refuses requests to addresses that match. */
export async function refuse(page: Page, url: RegExp, { method = 'GET', status = 503 }: OutageOptions = {}): Promise<Outage> {
  let asked = 0;
  const body = JSON.stringify({ code: 'not_now', title: 'Not now', detail: 'The gateway is out for lunch.', status });
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    asked += 1;
    await route.fulfill({ status, contentType: 'application/problem+json', body });
  });
  return { asked: () => asked, end: () => page.unroute(url) };
}

/** So long after it was read everything counts as old. */
const LATER_MS = 60_000;

/** Somebody who has looked at something else for a while looks at the page again. Its clock has to be in our hands: `page.clock.install()`. */
export async function comeBack(page: Page): Promise<void> {
  await page.clock.fastForward(LATER_MS);
  await page.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`);
}

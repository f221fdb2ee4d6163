import type { Page, Request } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { insertFailed } from '../support/replays.js';
import { describeInBrowser } from './console.js';
import { comeBack, refuse } from './outage.js';

const MANY = 250;
const NEXT_PAGE = /\/v1\/deliveries\?.*cursor=/;

const list = (page: Page) => page.getByRole('region', { name: 'deliveries' });
const rows = (page: Page) => list(page).locator('tbody tr:not([aria-hidden])');
const toEnd = (page: Page): Promise<void> =>
  list(page).evaluate((frame: { scrollTop: number; scrollHeight: number }) => {
    frame.scrollTop = frame.scrollHeight;
  });
/** Goes to the end until there is no more: each page that comes moves it. */
const toLast = (page: Page): Promise<void> =>
  eventually(async () => {
    await toEnd(page);
    expect(await list(page).locator(`tr[aria-rowindex="${MANY}"]`).count()).toBe(1);
  });

/** The addresses that are asked for from now on. */
function requestsOf(page: Page, url: RegExp): string[] {
  const seen: string[] = [];
  page.on('request', (request: Request) => url.test(request.url()) && seen.push(request.url()));
  return seen;
}

describeInBrowser('the console: a list longer than a page', (given) => {
  beforeAll(async () => {
    const { tenant, database, receiver } = given().stage;
    const { uuid } = await tenant.subscribe({ name: 'Long', url: `${receiver.url}/long`, eventTypes: ['none'] });
    const [row] = await database.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'stage'`);
    await insertFailed(database, row!.id, uuid, MANY);
  });

  it('is read on as one comes near its end, and has only the rows in view in the page', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    const next = requestsOf(page, NEXT_PAGE);
    await visit(page, '/deliveries');
    await rows(page).first().waitFor();
    expect(next).toEqual([]);
    await toEnd(page);
    await eventually(() => expect(next).toHaveLength(1));
    await toLast(page);
    expect([next.length, new Set(next).size]).toEqual([2, 2]);
    expect(await rows(page).count()).toBeLessThan(60);
    expect(faults).toEqual([]);
  });

  it.each([429, 500])('asks for a next page that is answered %d once, and again when told to', async (status) => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries');
    const outage = await refuse(page, NEXT_PAGE, { status });
    await toEnd(page);
    const again = list(page).getByRole('button', { name: 'Try again' });
    await again.click();
    await eventually(() => expect(outage.asked()).toBe(2));
    await again.waitFor();
    // What is new is read all the while, and does not begin it anew.
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    await page.waitForResponse((answer) => answer.ok() && /\/v1\/deliveries\?limit=\d+$/.test(answer.url()));
    await list(page).getByRole('alert').getByText('out for lunch').waitFor();
    expect(outage.asked()).toBe(2);
    await outage.end();
    await again.click();
    await again.waitFor({ state: 'detached' });
    await toLast(page);
    expect(faults).toEqual([]);
  });

  it('is not read all over again for who comes back to the tab; a list of one page is', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await page.clock.install();
    const asked = requestsOf(page, /\/v1\/(deliveries|subscriptions)\?/);
    await visit(page, '/deliveries');
    await rows(page).first().waitFor();
    await toLast(page);
    const before = asked.length;
    await comeBack(page);
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await page.getByRole('link', { name: 'Long' }).waitFor();
    await comeBack(page);
    await eventually(() => expect(asked.slice(before).filter((url) => url.includes('/v1/subscriptions?'))).toHaveLength(2));
    expect(asked.slice(before).filter((url) => url.includes('/v1/deliveries?'))).toEqual([]);
    expect(faults).toEqual([]);
  });
});

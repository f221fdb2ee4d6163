import type { Page } from 'playwright-core';
import { formatId } from '../../libs/domain/src/ids.js';
import { type Stage, untilAllEnded } from '../e2e/stage.js';
import { operator } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { describeInBrowser, hasText, heading } from './console.js';
import { NARROW_PX } from './inspect.js';

const OFTEN = { ROLLUP_INTERVAL_MS: '100', BACKLOG_INTERVAL_MS: '200' };

/** Figures of minutes that are over: so many events accepted in each. */
const fill = (stage: Stage, minutes: number, accepted: number) =>
  stage.database.query(
    `INSERT INTO rollups SELECT t.id, '00000000-0000-0000-0000-000000000000', date_trunc('minute', now()) - i * interval '1 minute',
       $1, $1, $1, 0, 0, 0, 0, 0, '{0,0,5}', '{0,0,0,5}' FROM tenants t, generate_series(2, $2::int) i WHERE t.slug = 'stage'
     ON CONFLICT DO NOTHING`,
    [accepted, minutes + 1],
  );
const tile = (page: Page, name: string) =>
  page
    .locator('.tile')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('.figure');
const shows = (page: Page, name: string, value: string) => eventually(async () => expect(await tile(page, name).textContent()).toBe(value));

describeInBrowser(
  'the console: the overview',
  (given) => {
    it('is where a sign-in leads, tells what came of events, and leads from the worst endpoint to its subscription', async () => {
      const { stage, signIn } = given();
      const { tenant, receiver } = stage;
      receiver.on('/broken', { kind: 'answer', status: 500 });
      await tenant.subscribe({ name: 'Good', url: `${receiver.url}/good`, eventTypes: ['order.*'] });
      await tenant.subscribe({
        name: 'Broken',
        url: `${receiver.url}/broken`,
        eventTypes: ['order.bad'],
        failureHandling: { retry: null },
      });
      for (const type of ['order.good', 'order.good', 'order.bad']) await tenant.publish({ type, data: {} });
      await untilAllEnded(stage.database);
      await fill(stage, 10, 20);

      const { page, faults } = await signIn(tenant.key);
      await heading(page, 'Overview');
      await shows(page, 'Accepted', '203');
      await shows(page, 'Delivered', '203');
      await shows(page, 'Failed', '1');
      await shows(page, 'Success rate', '99.5 %');
      await page.getByRole('img', { name: /^Traffic: Accepted: last \d+, at most 20/ }).waitFor();
      await page.getByRole('img', { name: /^Latency: End to end: last \d/ }).waitFor();
      const traffic = page.getByRole('region', { name: 'Traffic', exact: true });
      await traffic.getByText('As a table').click();
      expect(await traffic.locator('tbody tr').filter({ hasText: '20' }).count()).toBeGreaterThanOrEqual(10);
      await page
        .getByRole('region', { name: 'Backlog' })
        .getByRole('row', { name: /Scheduled/ })
        .waitFor();
      const backlog = page.getByRole('region', { name: 'Backlog' }).getByRole('link');
      expect(await backlog.allTextContents()).toEqual(['All that are pending', 'Sending']);
      const worst = page.getByRole('region', { name: 'Worst endpoints', exact: true });
      await worst.getByRole('link', { name: 'all given up' }).click();
      await heading(page, 'Deliveries');
      await page.getByRole('cell', { name: 'order.bad' }).waitFor();
      expect(await page.getByLabel('State').inputValue()).toBe('failed,diverted,refused');
      await page.goBack();
      await worst.getByRole('link', { name: 'Broken' }).click();
      await heading(page, /Broken active/);
      await page.getByRole('img', { name: /^Last 24 hours: 0 delivered, 1 failed/ }).waitFor();
      expect(faults).toEqual([]);
    });

    it('keeps its range in the address, as far back as figures are kept, and is moved through by keys', async () => {
      const { stage, signIn } = given();
      const { page, faults, refusals } = await signIn(stage.tenant.key);
      const asked: string[] = [];
      page.on(
        'response',
        (answer) => answer.url().includes('/v1/stats/') && asked.push(`${answer.status()} ${answer.url().split('?')[1]}`),
      );
      await page.getByRole('radio', { name: '1 hour' }).focus();
      for (const [name, query] of [
        ['6h', 'minutes=360&stepMinutes=5'],
        ['24h', 'minutes=1440&stepMinutes=10'],
        ['7d', 'minutes=10080&stepMinutes=60'],
        ['15m', 'minutes=15&stepMinutes=1'],
      ]) {
        await page.keyboard.press('ArrowRight');
        await page.waitForURL(new RegExp(`\\?range=${name}$`));
        await eventually(() => expect(asked).toContain(`200 ${query}`));
      }
      await page.reload();
      expect(await page.getByRole('radio', { name: '15 minutes' }).isChecked()).toBe(true);
      expect([faults, refusals.filter((one) => one.includes('stats'))]).toEqual([[], []]);
    });

    it('follows along until it is paused, and then reads nothing until it is told to', async () => {
      const { stage, signIn, visit } = given();
      const { page, faults } = await signIn(stage.tenant.key);
      await page.clock.install();
      await visit(page, '/?range=15m');
      let asked = 0;
      page.on('request', (request) => (asked += request.url().includes('/v1/stats/') ? 1 : 0));
      await page.clock.fastForward(6_000);
      await eventually(() => expect(asked).toBe(1));
      await page.getByRole('checkbox', { name: 'Live', exact: true }).uncheck();
      await hasText(page, 'paused');
      await page.clock.fastForward(60_000);
      await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
      await page.clock.fastForward(6_000);
      await eventually(() => expect(asked).toBeGreaterThanOrEqual(2));
      expect([asked, faults]).toEqual([2, []]);
    });

    it('of a tenant without traffic says so, and tells when it cannot be read', async () => {
      const { stage, signIn } = given();
      const idle = await operator(stage.gateway.url).tenant('idle');
      const { page, faults } = await signIn(idle.key, NARROW_PX);
      await hasText(page, 'Nothing was accepted or delivered in this time.');
      await hasText(page, 'No attempt failed in this time.');
      await shows(page, 'Success rate', '–');
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(NARROW_PX);
      await page.route('**/v1/stats/overview*', (route) =>
        route.fulfill({ status: 500, json: { code: 'internal', detail: 'It is broken.' } }),
      );
      await page.getByRole('radio', { name: '6 hours' }).click({ force: true });
      await page.getByRole('alert').getByText('It is broken.').waitFor();
      await page.unroute('**/v1/stats/overview*');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('alert').waitFor({ state: 'detached' });
      expect(faults).toEqual([]);
    });

    it('of an operator is of all tenants, or of the one that is chosen', async () => {
      const { stage, signIn } = given();
      await operator(stage.gateway.url).createTenant('quiet', 'Quiet Ltd');
      await fill(stage, 10, 20);
      const { page, faults } = await signIn(BOOTSTRAP_KEY);
      await heading(page, 'Overview');
      await eventually(async () => expect(Number(await tile(page, 'Accepted').textContent())).toBeGreaterThanOrEqual(200));
      await page.getByLabel('Tenant', { exact: true }).selectOption({ label: 'Quiet Ltd' });
      await page.waitForURL(/\?tenantId=ten_/);
      await shows(page, 'Accepted', '0');
      expect(await page.getByRole('region', { name: 'Backlog' }).getByRole('link').count()).toBe(0);
      expect(faults).toEqual([]);
    });

    it('of an operator says that there are more tenants than its menu holds, and shows the one in the address all the same', async () => {
      const { stage, signIn, visit } = given();
      await stage.database.query(
        `INSERT INTO tenants (id, slug, name) SELECT gen_random_uuid(), 'crowd-' || n, 'Crowd ' || n FROM generate_series(1, 1100) n`,
      );
      const [last] = await stage.database.query<{ id: string }>('SELECT id FROM tenants ORDER BY id DESC LIMIT 1');
      const { page, faults } = await signIn(BOOTSTRAP_KEY);
      await visit(page, `/?tenantId=${formatId('ten', last!.id)}`);
      const menu = page.getByLabel('Tenant', { exact: true });
      await menu.getByText('… and newer ones: see Tenants').waitFor({ state: 'attached' });
      // All, the one in the address, a thousand, and the note.
      expect(await menu.locator('option').count()).toBe(1_003);
      expect(await menu.inputValue()).toBe(formatId('ten', last!.id));
      expect(faults).toEqual([]);
    });

    it('is not offered to a key that may not list deliveries', async () => {
      const { stage, signIn } = given();
      const { key } = await operator(stage.gateway.url).createKey(stage.tenant.id, ['subscriptions:list', 'subscriptions:read']);
      const { page } = await signIn(key);
      await heading(page, 'Subscriptions');
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Subscriptions']);
    });
  },
  () => Promise.resolve(OFTEN),
);

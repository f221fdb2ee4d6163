import type { Page } from 'playwright-core';
import { type Stage, startStage, untilDelivery } from '../e2e/stage.js';
import { operator, tenantApi } from '../support/api.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { CHROMIUM, startBrowser, type Window } from './browser.js';

const SCREENS = ['Deliveries', 'Events', 'Subscriptions', 'Replays', 'Diverted', 'Catalog', 'Keys', 'Audit'];
const NARROW_PX = 360;

const hasText = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

if (CHROMIUM === undefined) {
  describe('the console in a browser (this system has none, so no journey was made)', () => {
    it.skip('signs in, finds and resends a failed delivery, and makes a subscription', () => undefined);
  });
} else {
  describe('the console in a browser', () => {
    let stage: Stage;
    let open: (width?: number) => Promise<Window>;

    beforeAll(async () => {
      [stage, open] = await Promise.all([startStage(), startBrowser()]);
    });

    const signIn = async (key: string, width?: number): Promise<Window> => {
      const window = await open(width);
      await window.page.goto(`${stage.gateway.url}/console/`);
      await window.page.getByLabel('API key').fill(key);
      await window.page.getByRole('button', { name: 'Sign in' }).click();
      await window.page.getByRole('button', { name: 'Sign out' }).waitFor();
      return window;
    };

    it('signs in, finds a failed delivery, resends it and sees it arrive', async () => {
      const { tenant, receiver } = stage;
      receiver.on('/moody', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
      await tenant.subscribe({ url: `${receiver.url}/moody`, eventTypes: ['moody'], failureHandling: { retry: null } });
      const { id } = await tenant.publish({ type: 'moody', data: 1 });
      await untilDelivery(tenant, id, { state: 'failed' });

      const { page, faults } = await signIn(tenant.key);
      await page.getByLabel('State').selectOption('failed');
      await page.getByRole('link', { name: 'moody' }).click();
      await heading(page, /moody failed/);
      await page.getByRole('button', { name: 'Resend' }).click();
      await heading(page, /moody delivered/);
      await hasText(page, 'Attempts (2)');
      expect(receiver.to('/moody')).toHaveLength(2);
      expect(faults).toEqual([]);
    });

    it('makes a subscription: shows what is wrong at its place, previews the request, and shows the secret once', async () => {
      const { page, faults } = await signIn(stage.tenant.key);
      await page.getByRole('link', { name: 'Subscriptions' }).click();
      await page.getByRole('link', { name: 'New subscription' }).click();
      await heading(page, 'New subscription');
      const url = page.getByLabel('Url');
      await page.getByLabel('Name').fill('Orders to ERP');
      await url.fill('ftp://example.com/');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await page.locator('input[aria-invalid="true"]').waitFor();
      expect(await url.getAttribute('aria-invalid')).toBe('true');

      await url.fill(`${stage.receiver.url}/orders/{/resource/id}`);
      await page.getByLabel('Event types').fill('order.*');
      await hasText(page, `POST ${stage.receiver.url}/orders/42`);
      await hasText(page, 'would be delivered');
      await page.getByRole('button', { name: 'Subscribe' }).click();
      await heading(page, /Orders to ERP active/);
      await hasText(page, /^whsec_/);
      const { body } = await stage.tenant.send<{ items: { url: string; eventTypes: string[] }[] }>(
        'GET',
        '/v1/subscriptions?name=Orders%20to%20ERP',
      );
      expect(body.items).toMatchObject([{ url: `${stage.receiver.url}/orders/{/resource/id}`, eventTypes: ['order.*'] }]);
      expect(faults).toEqual([]);
    });

    it('changes a subscription over what others wrote meanwhile only when told to, and keeps its secret header', async () => {
      const { tenant, receiver } = stage;
      const headers = { 'X-Key': { value: 'hidden', secret: true } };
      const { id } = await tenant.subscribe({ name: 'Shared', url: `${receiver.url}/shared`, eventTypes: ['shared'], headers });
      const { page, faults } = await signIn(tenant.key);
      await page.goto(`${stage.gateway.url}/console/subscriptions/${id}/edit`);
      await page.getByLabel('Name').fill('Mine');
      await hasText(page, '***');
      await tenant.send('PATCH', `/v1/subscriptions/${id}`, { body: { timeoutMs: 2_000 } });
      await page.getByRole('button', { name: 'Save over version 1.0' }).click();
      await page.getByRole('button', { name: /^Keep mine, over 2.0/ }).click();
      await page.getByRole('button', { name: 'Save over version 2.0' }).click();
      await heading(page, /Mine active/);
      const { body } = await tenant.send<object>('GET', `/v1/subscriptions/${id}`);
      expect(body).toMatchObject({
        name: 'Mine',
        timeoutMs: 15_000,
        headers: { 'X-Key': { secret: true } },
        version: { versionNo: '3.0' },
      });
      expect(faults).toEqual([]);
    });

    it('rotates a secret, sends a test and asks before it deletes', async () => {
      const { tenant, receiver } = stage;
      const { id } = await tenant.subscribe({ name: 'Short-lived', url: `${receiver.url}/short`, eventTypes: ['short'] });
      const { page, faults } = await signIn(tenant.key);
      await page.goto(`${stage.gateway.url}/console/subscriptions/${id}`);
      await page.getByRole('button', { name: 'Rotate' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
      await hasText(page, 'The new signing secret.');
      await hasText(page, 'The one before');
      await page.getByRole('button', { name: 'Send a test' }).click();
      await receiver.waitFor(({ path }) => path === '/short');
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Leave it' }).click();
      expect((await tenant.send('GET', `/v1/subscriptions/${id}`)).status).toBe(200);
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await heading(page, 'Subscriptions');
      expect((await tenant.send('GET', `/v1/subscriptions/${id}`)).status).toBe(404);
      expect(faults).toEqual([]);
    });

    it('counts a replay before it starts it, and shows it to its end', async () => {
      const { tenant, receiver } = stage;
      receiver.on('/again', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
      await tenant.subscribe({ url: `${receiver.url}/again`, eventTypes: ['again'], failureHandling: { retry: null } });
      const { id } = await tenant.publish({ type: 'again', data: 1 });
      await untilDelivery(tenant, id, { state: 'failed' });
      const { page, faults } = await signIn(tenant.key);
      await page.goto(`${stage.gateway.url}/console/deliveries?eventType=again`);
      await page.getByRole('checkbox', { name: /^Delivery dlv_/ }).check();
      await page.getByRole('link', { name: 'Replay what is like them' }).click();
      await page.getByRole('button', { name: 'Count' }).click();
      await page.getByRole('button', { name: 'Replay 1', exact: true }).click();
      await heading(page, 'Replay done');
      await untilDelivery(tenant, id, { state: 'delivered' });
      expect(faults).toEqual([]);
    });

    it('has every screen of a tenant without a fault, none wider than a narrow phone', async () => {
      const { page, faults } = await signIn(stage.tenant.key, NARROW_PX);
      for (const name of SCREENS) {
        await page.getByRole('navigation').getByRole('link', { name }).click();
        await heading(page, name);
        await page.getByRole('status').filter({ hasText: 'Loading' }).waitFor({ state: 'detached' });
        expect([name, await page.getByRole('alert').count()]).toEqual([name, 0]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect([name, width]).toEqual([name, NARROW_PX]);
      }
      expect(faults).toEqual([]);
    });

    it('lets an operator make a tenant and a key, which is shown once', async () => {
      const { page, faults } = await signIn(BOOTSTRAP_KEY);
      await heading(page, 'Tenants');
      await page.getByText('New tenant').click();
      await page.getByLabel('Name').fill('Acme Ltd');
      await page.getByLabel('Slug').fill('acme');
      await page.getByRole('button', { name: 'Make it' }).click();
      await page
        .getByRole('row', { name: /Acme Ltd/ })
        .getByRole('link', { name: 'its keys' })
        .click();
      await page.getByText('New key').click();
      await page.getByLabel('Name').fill('first');
      await page.getByRole('button', { name: 'Make it' }).click();
      const key = await page.getByText(/^tdg_/).first().textContent();
      await page.getByRole('cell', { name: 'first' }).waitFor();
      const [{ id }] = (await operator(stage.gateway.url).send<{ items: [{ id: string }] }>('GET', '/v1/tenants')).body.items;
      const answer = await tenantApi(stage.gateway.url, id, key ?? '').send('GET', '/v1/subscriptions');
      expect([answer.status, faults]).toEqual([200, []]);
    });

    it('offers a key nothing that the key may not do', async () => {
      const { key } = await operator(stage.gateway.url).createKey(stage.tenant.id, ['subscriptions:list', 'subscriptions:read']);
      const { page } = await signIn(key);
      await heading(page, 'Subscriptions');
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Subscriptions']);
      expect(await page.getByRole('link', { name: 'New subscription' }).count()).toBe(0);
    });
  });
}

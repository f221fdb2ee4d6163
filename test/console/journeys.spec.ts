import type { Page } from 'playwright-core';
import { type Stage, startStage, untilDelivery } from '../e2e/stage.js';
import { operator } from '../support/api.js';
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

    it('offers a key nothing that the key may not do', async () => {
      const { key } = await operator(stage.gateway.url).createKey(stage.tenant.id, ['subscriptions:list', 'subscriptions:read']);
      const { page } = await signIn(key);
      await heading(page, 'Subscriptions');
      expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Subscriptions']);
      expect(await page.getByRole('link', { name: 'New subscription' }).count()).toBe(0);
    });
  });
}

import type { Page } from 'playwright-core';
import { untilDelivery } from '../e2e/stage.js';
import { operator, type TenantApi } from '../support/api.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { describeInBrowser, type Console } from './console.js';

const LISTS = ['deliveries', 'events', 'subscriptions', 'diverted', 'apps', 'keys', 'audit'].map((what) => `${what}:list`);

describeInBrowser('the console: what a key may not do', (given) => {
  /** Something on every list: what arrived, what was diverted, what waits to be told, an app, keys and what was done. */
  beforeAll(async () => {
    const { tenant, receiver } = given().stage;
    receiver.on('/broken', { kind: 'answer', status: 500 });
    const kept = { retry: null, divert: true };
    await tenant.subscribe({
      name: 'Broken',
      url: `${receiver.url}/broken`,
      eventTypes: ['bad'],
      failureHandling: kept,
      callback: { url: `${receiver.url}/broken` },
    });
    await tenant.subscribe({ name: 'Well', url: `${receiver.url}/well`, eventTypes: ['good'] });
    await tenant.send('POST', '/v1/apps', { body: { name: 'Shop' } });
    for (const [type, state] of [
      ['bad', 'diverted'],
      ['good', 'delivered'],
    ] as const) {
      await untilDelivery(tenant, (await tenant.publish({ type, data: 1 })).id, { state });
    }
  });

  const linksIn = async (page: Page, within: string): Promise<string[]> => {
    const links = await page.locator(`${within} a[href]`).all();
    const paths = await Promise.all(links.map((link) => link.getAttribute('href')));
    return [...new Set(paths.flatMap((path) => (path?.startsWith('/console') ? [path.replace('/console', '')] : [])))];
  };

  /** Goes wherever a link leads, from the screens on, and tells what was refused. */
  const goEverywhere = async ({ signIn, visit }: Console, key: string) => {
    const { page, refusals } = await signIn(key);
    refusals.splice(0);
    const open = await linksIn(page, 'nav');
    const seen = new Set<string>();
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      if (seen.has(path)) continue;
      seen.add(path);
      await visit(page, path);
      await page.waitForLoadState('networkidle');
      open.push(...(await linksIn(page, 'main')));
    }
    return { seen: [...seen], refusals };
  };

  const keyThatMay = async ({ send }: TenantApi, permissions: string[]): Promise<string> =>
    (await send<{ key: string }>('POST', '/v1/keys', { body: { name: permissions.join(' ').slice(0, 60), permissions } })).body.key;

  it('is not offered to one that may only list: no link ends in a refusal', async () => {
    const { tenant } = given().stage;
    const { seen, refusals } = await goEverywhere(given(), await keyThatMay(tenant, LISTS));
    expect(refusals).toEqual([]);
    expect(seen).toEqual(
      expect.arrayContaining(['/deliveries', '/events', '/subscriptions', '/diverted', '/outbound', '/catalog', '/keys', '/audit']),
    );
    expect(seen.filter((path) => /_|app:/.test(path.split('?')[0]!))).toEqual([]);
  });

  it('is not offered where it may read some of it, and what it may read is', async () => {
    const { tenant } = given().stage;
    const { seen, refusals } = await goEverywhere(given(), await keyThatMay(tenant, [...LISTS, 'deliveries:read', 'apps:read']));
    expect(refusals).toEqual([]);
    expect(seen.some((path) => path.startsWith('/deliveries/dlv_'))).toBe(true);
    expect(seen.some((path) => path.startsWith('/catalog/app:'))).toBe(true);
    expect(seen.some((path) => /^\/(events|subscriptions)\/./.test(path))).toBe(false);
  });

  it.each([
    ['only lists', ['tenants:list', 'audit:list', 'deliveries:list'], []],
    ['reads tenants', ['tenants:list', 'tenants:read'], [/^\/tenants\/./]],
  ])('is not offered to an operator’s key that %s either', async (name, permissions, reached) => {
    const { gateway } = given().stage;
    const { body } = await operator(gateway.url, BOOTSTRAP_KEY).send<{ key: string }>('POST', '/v1/keys', { body: { name, permissions } });
    const { seen, refusals } = await goEverywhere(given(), body.key);
    expect(refusals).toEqual([]);
    expect(seen).toContain('/tenants');
    expect(seen).toEqual(expect.arrayContaining(reached.map((path) => expect.stringMatching(path) as string)));
  });
});

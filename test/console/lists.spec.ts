import type { Page } from 'playwright-core';
import { operator } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { fillGrown } from '../support/grown-journal.js';
import { describeInBrowser, hasText } from './console.js';
import { refuse } from './outage.js';

/** The queries of the requests to a path of the API from now on. */
function asked(page: Page, path: string): string[] {
  const queries: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname === path) queries.push(decodeURIComponent(search));
  });
  return queries;
}

describeInBrowser('the console: lists', (given) => {
  it('that find few among very many say how far back they have looked, and look further when they are told to', async () => {
    const { stage, signIn, visit } = given();
    const { database } = stage;
    const tenant = await operator(stage.gateway.url).tenant('grown');
    const [{ uuid } = { uuid: '' }] = await database.query<{ uuid: string }>(`SELECT id AS uuid FROM tenants WHERE slug = 'grown'`);
    const subscription = await tenant.subscribe({ url: `${stage.receiver.url}/grown`, eventTypes: ['nobody.publishes'] });
    await fillGrown(database, { tenantId: uuid, subscriptions: [subscription.uuid], events: 24_000, days: 2 });
    await database.query(
      `UPDATE deliveries d SET event_type = 'rare' FROM grown g WHERE g.delivery = d.id AND (g.n = 11 OR g.n > 23000 AND g.n % 500 = 11)`,
    );
    const { page, faults } = await signIn(tenant.key);
    const queries = asked(page, '/v1/deliveries');
    const rows = page.getByRole('region', { name: 'deliveries' }).locator('tbody tr:not([aria-hidden])');
    const further = page.getByRole('button', { name: 'Look further' });

    await visit(page, '/deliveries?eventType=rare');
    await hasText(page, 'Looked back to');
    expect(await rows.count()).toBe(1);
    await further.click();
    await eventually(() => expect(queries).toHaveLength(2));
    await further.click();
    await eventually(async () => expect(await rows.count()).toBe(3));
    expect(await further.count()).toBe(0);
    // Nothing was asked for that nobody asked for.
    expect(queries).toHaveLength(3);

    await visit(page, '/deliveries?eventType=none');
    await hasText(page, 'Looked back to');
    const outage = await refuse(page, /\/v1\/deliveries\?.*cursor=/);
    await further.click();
    await page.getByRole('alert').getByText('out for lunch').waitFor();
    await outage.end();
    const before = queries.length;
    await page.getByRole('button', { name: 'Try again' }).click();
    await further.click();
    await hasText(page, 'No delivery fits these filters.');
    expect(queries.slice(before)).toHaveLength(2);

    await visit(page, '/deliveries?eventType=none');
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    await hasText(page, 'Live looks no further.');
    expect(faults).toEqual([]);
  }, 60_000);

  it('of subscriptions ask for the health and trend of all rows in view at once', async () => {
    const { stage, signIn, visit } = given();
    const { receiver } = stage;
    const tenant = await operator(stage.gateway.url).tenant('figures');
    receiver.on('/down', { kind: 'answer', status: 500 });
    const retry = { kind: 'schedule' as const, delaysSeconds: [0], maxAttempts: 1 };
    await tenant.subscribe({ name: 'Well', url: `${receiver.url}/up`, eventTypes: ['well'] });
    await tenant.subscribe({ name: 'Down', url: `${receiver.url}/down`, eventTypes: ['down'], failureHandling: { retry } });
    await tenant.subscribe({ name: 'Idle', url: `${receiver.url}/idle`, eventTypes: ['idle'] });
    for (const type of ['well', 'well', 'down']) await tenant.publish({ type, data: {} });
    const rollups = `SELECT sum(delivered)::int AS delivered, sum(failed)::int AS failed FROM rollups r JOIN subscriptions s ON s.id = r.subscription_id JOIN tenants t ON t.id = s.tenant_id WHERE t.slug = 'figures'`;
    await eventually(async () => expect(await stage.database.query(rollups)).toEqual([{ delivered: 2, failed: 1 }]));

    const { page, faults } = await signIn(tenant.key);
    const queries = asked(page, '/v1/subscriptions/stats');
    await visit(page, '/subscriptions');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('Well').getByText('100 % delivered').waitFor();
    await row('Down').getByText('0 % delivered').waitFor();
    await row('Idle').getByText('no traffic').waitFor();
    await row('Well').getByRole('img', { name: 'Last 24 hours: 2 delivered, 0 failed' }).waitFor();
    await row('Down').getByRole('img', { name: 'Last 24 hours: 0 delivered, 1 failed' }).waitFor();
    expect(queries).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});

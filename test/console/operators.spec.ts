import { caller, operator, tenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { describeInBrowser, heading } from './console.js';
import { inspect } from './inspect.js';

describeInBrowser('the console: tenants, keys and the audit log', (given) => {
  it('lets an operator make a tenant and a key, which is shown once', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(BOOTSTRAP_KEY);
    await visit(page, '/tenants');
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

  it('revokes a key after asking, and lists it as revoked', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, gateway } = stage;
    const { body } = await tenant.send<{ key: string }>('POST', '/v1/keys', { body: { name: 'stolen', permissions: ['viewer'] } });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/keys');
    const row = page.getByRole('row', { name: /^stolen/ });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await row.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByRole('cell', { name: 'revoked' }).waitFor();
    await eventually(async () => expect((await tenantApi(gateway.url, tenant.id, body.key).send('GET', '/v1/events')).status).toBe(401));
    expect(faults).toEqual([]);
  });

  it('shows who changed what, by filters, with a way to what was changed', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const { id } = await tenant.subscribe({ name: 'Watched', url: `${receiver.url}/watched`, eventTypes: ['watched'] });
    await tenant.send('PATCH', `/v1/subscriptions/${id}`, { body: { timeoutMs: 3_000 } });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/audit');
    await page.getByLabel('Object').fill(id);
    await page.keyboard.press('Enter');
    const changed = page.getByRole('row', { name: /timeoutMs/ });
    await changed.waitFor();
    await eventually(async () => expect(await page.locator('tbody tr').count()).toBe(2));
    await changed.getByRole('link', { name: id }).click();
    await heading(page, 'Watched active');
    expect(faults).toEqual([]);
  });

  it('filters the log by action and by key, whose id can be copied where it is listed', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, gateway } = stage;
    const { body } = await tenant.send<{ id: string; key: string }>('POST', '/v1/keys', {
      body: { name: 'gardener', permissions: ['apps:*'] },
    });
    const { body: app } = await caller(gateway.url, body.key)<{ id: string }>('POST', '/v1/apps', {
      body: { name: 'Garden' },
      headers: { 'x-request-id': 'request-of-the-gardener' },
    });
    const { page, faults } = await signIn(tenant.key);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit(page, '/keys');
    await page.getByRole('button', { name: `Copy ${body.id}` }).click();
    await page.getByText('copied').waitFor();
    await visit(page, '/audit');
    await page.getByLabel('Key', { exact: true }).fill(await page.evaluate<string>('navigator.clipboard.readText()'));
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await page.locator('tbody tr').count()).toBe(1));
    await page.getByRole('row', { name: /app\.created .*gardener.*request-of-the-gardener/ }).waitFor();
    await page.getByRole('link', { name: app.id }).click();
    await heading(page, 'Garden');
    await visit(page, '/audit');
    await page.getByLabel('Action').selectOption('key.created');
    await page.getByRole('row', { name: new RegExp(`key\\.created ${body.id}`) }).waitFor();
    expect(await page.getByRole('row', { name: /app\.created/ }).count()).toBe(0);
    await page.getByRole('link', { name: body.id }).click();
    await page.getByRole('region', { name: 'The key', exact: true }).getByText('gardener').waitFor();
    expect(await inspect(page)).toEqual([]);
    await page.getByRole('link', { name: 'what it did' }).click();
    await page.getByRole('row', { name: /app\.created/ }).waitFor();
    expect(faults).toEqual([]);
  });

  it('tells an operator of which tenant an entry is, and lets the filter by tenant be seen and cleared', async () => {
    const { stage, signIn, visit } = given();
    const { gateway, tenant } = stage;
    const other = await operator(gateway.url).tenant('other-tenant');
    await other.send('POST', '/v1/apps', { body: { name: 'Elsewhere' } });
    const { page, faults } = await signIn(BOOTSTRAP_KEY);
    await visit(page, `/audit?tenantId=${other.id}`);
    await page.getByRole('row', { name: /app\.created/ }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Tenant' }).inputValue()).toBe(other.id);
    expect(await page.getByText(tenant.id).count()).toBe(0);
    await page.getByRole('textbox', { name: 'Tenant' }).fill('');
    await page.keyboard.press('Enter');
    await page.getByText(tenant.id).first().waitFor();
    await page
      .getByRole('row', { name: /app\.created/ })
      .getByRole('link', { name: other.id })
      .click();
    await heading(page, 'other-tenant');
    expect(faults).toEqual([]);
  });
});

import { operator } from '../support/api.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { describeInBrowser, hasText, heading } from './console.js';

describeInBrowser('the console: what is edited', (given) => {
  it('an app and the example of an event type, with what is wrong at its place', async () => {
    const { stage, signIn, visit } = given();
    const { tenant } = stage;
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Users' } });
    const types = `/v1/apps/${app.id}/topics/people/event-types`;
    await tenant.send('POST', types, { body: { eventTypes: [{ name: 'Created', description: 'Made.', example: { userId: 'u-1' } }] } });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/catalog/${app.id}?topic=people`);
    const form = page.getByRole('form', { name: 'Edit the app' });
    await page.locator('main > .actions').getByRole('button', { name: 'Edit' }).click();
    await form.getByLabel('Serves its resources at').fill('ftp://example.com');
    await form.getByRole('button', { name: 'Save' }).click();
    await page.locator('input[aria-invalid="true"]').waitFor();
    await form.getByLabel('Name').fill('People');
    await form.getByLabel('Serves its resources at').fill(stage.receiver.url);
    await form.getByRole('button', { name: 'Save' }).click();
    await heading(page, 'People');

    const card = page.getByRole('region', { name: 'Created' });
    await card.getByRole('button', { name: 'Edit' }).click();
    await card.getByLabel('Example').fill('{"userId": ');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByText('This is no JSON').waitFor();
    await card.getByLabel('Example').fill('{"userId":"u-2"}');
    await card.getByLabel('Description').fill('');
    await card.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('button', { name: 'Edit' }).waitFor();
    expect((await tenant.send('GET', `${types}/Created`)).body).toMatchObject({ description: null, example: { userId: 'u-2' } });
    expect((await tenant.send('GET', `/v1/apps/${app.id}`)).body).toMatchObject({ name: 'People', baseUrl: stage.receiver.url });
    expect(faults).toEqual([]);
  });

  it('a tenant’s quotas, by an operator', async () => {
    const { stage, signIn, visit } = given();
    const all = operator(stage.gateway.url);
    const { id } = await all.createTenant('edited', 'Edited');
    const { page, faults } = await signIn(BOOTSTRAP_KEY);
    await visit(page, '/tenants');
    await page.getByRole('link', { name: 'Edited', exact: true }).click();
    await heading(page, 'Edited');
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Requests a second, all its keys together').fill('-1');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('input[aria-invalid="true"]').waitFor();
    await page.getByLabel('Requests a second, all its keys together').fill('50');
    await page.getByLabel('Refuse events of types that no app has registered').check();
    await page.getByRole('button', { name: 'Save' }).click();
    await hasText(page, '50 together, the default each key');
    const { body } = await all.send('GET', `/v1/tenants/${id}`);
    expect(body).toMatchObject({ settings: { quotas: { tenantPerSecond: 50 }, strictEventTypes: true } });
    expect(faults).toEqual([]);
  });
});

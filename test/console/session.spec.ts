import { untilDelivery } from '../e2e/stage.js';
import { operator } from '../support/api.js';
import { PLAIN_HOST } from './browser.js';
import { describeInBrowser, hasText } from './console.js';

describeInBrowser('the console: who is signed in', (given) => {
  it('says what is wrong with a key, takes a good one, and forgets it when told to', async () => {
    const { stage, open } = given();
    const { page, faults } = await open();
    await page.getByLabel('API key').fill('tdg_nobody_has_this_one');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This is no API key of this system').waitFor();
    await page.getByLabel('API key').fill(stage.tenant.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('keeps the key where no script can read it', async () => {
    const { stage, signIn } = given();
    const { page } = await signIn(stage.tenant.key);
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
    expect(JSON.stringify(cookie)).not.toContain(stage.tenant.key);
    expect(await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(stage.tenant.key);
  });

  it('says that it needs https where the browser does not keep the sign-in', async () => {
    const { stage, open } = given();
    const { page, faults } = await open();
    await page.goto(`${stage.gateway.url.replace('127.0.0.1', PLAIN_HOST)}/console/`);
    await page.getByLabel('API key').fill(stage.tenant.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('the console has to be opened over https').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('signs a key out that is revoked, and shows the next one nothing that was read for it', async () => {
    const { stage, signIn, visit } = given();
    const owner = operator(stage.gateway.url);
    await stage.tenant.subscribe({ name: 'Seen by the first', url: `${stage.receiver.url}/first`, eventTypes: ['none'] });
    const { id, key } = await owner.createKey(stage.tenant.id);
    const { page, faults } = await signIn(key);
    await visit(page, '/subscriptions');
    await hasText(page, 'Seen by the first');
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByRole('checkbox', { name: 'Live' }).check();
    expect((await owner.send('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    await page.getByLabel('API key').waitFor();
    await page.getByLabel('API key').fill((await owner.tenant('next')).key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await hasText(page, 'No subscription fits these filters.');
    expect(await page.getByText('Seen by the first').count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('offers a key nothing that the key may not do', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    receiver.on('/read-only', { kind: 'answer', status: 500 });
    const subscription = await tenant.subscribe({
      name: 'Read only',
      url: `${receiver.url}/read-only`,
      eventTypes: ['read.only'],
      failureHandling: { retry: null, divert: true },
    });
    const { id } = await tenant.publish({ type: 'read.only', data: 1 });
    const delivery = await untilDelivery(tenant, id, { state: 'diverted' });
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Read only' } });
    const { key } = await operator(stage.gateway.url).createKey(tenant.id, ['viewer']);
    const { page, faults } = await signIn(key);
    const paths = ['deliveries', 'events', 'subscriptions', 'diverted', 'catalog'];
    const details = [`deliveries/${delivery.id}`, `events/${id}`, `subscriptions/${subscription.id}`, `catalog/${app.id}?topic=x`];
    for (const path of [...paths, ...details]) {
      await visit(page, `/${path}`);
      const main = page.locator('main');
      const offered = [
        ...(await main.getByRole('button').allTextContents()),
        ...(await main.locator('a.button, summary').allTextContents()),
      ];
      expect([path, offered.filter((name) => !/^(POST http|Answer )/.test(name))]).toEqual([path, []]);
      expect([path, await main.getByRole('checkbox', { name: /delivery|All rows/i }).count()]).toEqual([path, 0]);
    }
    expect(faults).toEqual([]);
  });
});

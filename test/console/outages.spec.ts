import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import { readSubscription, untilDelivery } from '../e2e/stage.js';
import { describeInBrowser, hasText, heading } from './console.js';
import { comeBack, refuse } from './outage.js';

const says = (page: Page, text: string | RegExp): Promise<void> => page.getByRole('alert').getByText(text).first().waitFor();
const OUT = 'The gateway is out for lunch.';

describeInBrowser('the console: while the gateway does not answer', (given) => {
  it('keeps what is typed, says what is wrong above it, and saves it once that is over', async () => {
    const { stage, signIn, visit } = given();
    const { id } = await stage.tenant.subscribe({ name: 'Before', url: `${stage.receiver.url}/typed`, eventTypes: ['typed'] });
    const { page, faults } = await signIn(stage.tenant.key);
    await page.clock.install();
    await visit(page, `/subscriptions/${id}/edit`);
    const name = page.getByLabel('Name');
    await name.fill('Typed meanwhile');
    const outage = await refuse(page, new RegExp(`/v1/subscriptions/${id}$`));
    await comeBack(page);
    await says(page, OUT);
    expect(await name.inputValue()).toBe('Typed meanwhile');
    await outage.end();
    await page.getByRole('button', { name: 'Save over version 1.0' }).click();
    await heading(page, /Typed meanwhile active/);
    expect(await readSubscription(stage.tenant, { id })).toMatchObject({ name: 'Typed meanwhile' });
    expect(faults).toEqual([]);
  });

  it.each([
    ['a subscription', (id: string) => `/subscriptions/${id}`, (id: string) => `/v1/subscriptions/${id}$`],
    ['an app', () => '/catalog/APP', () => '/v1/apps/[^/]+$'],
  ])('still shows %s that it has read', async (_, screen, request) => {
    const { stage, signIn, visit } = given();
    const { id } = await stage.tenant.subscribe({ name: 'Seen', url: `${stage.receiver.url}/seen`, eventTypes: ['seen'] });
    const { body: app } = await stage.tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Seen' } });
    const { page, faults } = await signIn(stage.tenant.key);
    await page.clock.install();
    await visit(page, screen(id).replace('APP', app.id));
    const outage = await refuse(page, new RegExp(request(id)));
    await comeBack(page);
    await says(page, OUT);
    await heading(page, /^Seen/);
    await outage.end();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('says for how long it is not known what is new in a list that is watched', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await stage.tenant.subscribe({ url: `${stage.receiver.url}/seen-live`, eventTypes: ['seen-live'] });
    await untilDelivery(stage.tenant, (await stage.tenant.publish({ type: 'seen-live', data: 1 })).id, {});
    await visit(page, '/deliveries?eventType=seen-live');
    await page.getByRole('link', { name: 'seen-live' }).waitFor();
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    const outage = await refuse(page, /\/v1\/deliveries\?/, { status: 500 });
    await says(page, OUT);
    await page.getByRole('link', { name: 'seen-live' }).waitFor();
    await outage.end();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('goes on with a list that is watched, though the list itself could not be read again', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await stage.tenant.subscribe({ url: `${stage.receiver.url}/watched`, eventTypes: ['watched.*'] });
    await untilDelivery(stage.tenant, (await stage.tenant.publish({ type: 'watched.before', data: 1 })).id, {});
    await page.clock.install();
    await visit(page, '/deliveries');
    await page.getByRole('link', { name: 'watched.before' }).waitFor();
    const outage = await refuse(page, /\/v1\/deliveries\?/, { status: 500 });
    await comeBack(page);
    await says(page, OUT);
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    await eventually(() => expect(outage.asked()).toBeGreaterThan(2));
    await says(page, OUT);
    await page.getByRole('link', { name: 'watched.before' }).waitFor();
    await outage.end();
    await stage.tenant.publish({ type: 'watched.after', data: 1 });
    await page.getByRole('link', { name: 'watched.after' }).waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('says so instead of asking for a key, and knows its session when that is over', async () => {
    const { stage, signIn } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    const outage = await refuse(page, /\/console\/session$/);
    await page.reload();
    await says(page, OUT);
    expect(await page.getByLabel('API key').count()).toBe(0);
    await outage.end();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('says that somebody is still signed in who wanted to leave', async () => {
    const { stage, signIn } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    const outage = await refuse(page, /\/console\/session$/, { method: 'DELETE' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await says(page, OUT);
    await outage.end();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(faults).toEqual([]);
  });

  it('says that there is nothing to choose from because it could not be read', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    const outage = await refuse(page, /\/v1\/events\?limit=50$/, { status: 500 });
    await visit(page, '/subscriptions/new');
    await page.getByLabel('Url').fill(stage.receiver.url);
    await says(page, OUT);
    await outage.end();
    const { page: operators } = await signIn(BOOTSTRAP_KEY);
    await refuse(operators, /\/v1\/tenants\?limit=200$/, { status: 500 });
    await visit(operators, '/');
    await says(operators, OUT);
    await hasText(operators, 'Accepted');
    expect(faults).toEqual([]);
  });
});

import { eventually } from '../support/eventually.js';
import type { Script } from '../support/receiver.js';
import { readSubscription, untilDelivery } from '../e2e/stage.js';
import { describeInBrowser, hasText, heading } from './console.js';

describeInBrowser('the console: subscriptions', (given) => {
  it('makes a subscription: shows what is wrong at its place, previews the request, and shows the secret once', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/subscriptions');
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

  it('previews an event that was published, and says when the draft would not get it', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    await tenant.publish({ type: 'parcel.lost', resource: { type: 'parcel', id: '9' }, data: { weight: 3, to: 'Lisbon' } });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/subscriptions/new');
    await page.getByLabel('Name').fill('Parcels');
    await page.getByLabel('Url').fill(`${receiver.url}/parcels/{/resource/id}`);
    await page.getByLabel('Everything else').fill('{"templates": {"*": {"city": "{/data/to}", "kilos": "{/data/weight}"}}}');
    const preview = page.getByRole('region', { name: 'Preview' });
    const option = preview.getByRole('option', { name: 'parcel.lost' });
    await preview.getByLabel('Take an event that was published').selectOption(await option.getAttribute('value'));
    await preview.getByText(`POST ${receiver.url}/parcels/9`).waitFor();
    expect(JSON.parse((await preview.locator('pre').textContent()) ?? '')).toEqual({ city: 'Lisbon', kilos: 3 });
    await preview.getByText('would be delivered', { exact: true }).waitFor();
    await page.getByLabel('Everything else').fill('{"filter": {">": [{"var": "data.weight"}, 10]}}');
    await preview.getByText('would not be delivered', { exact: true }).waitFor();
    await preview.getByRole('listitem').filter({ hasText: 'filter_false' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('asks before what was changed is left, and only then', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const { id } = await tenant.subscribe({ name: 'Half done', url: `${receiver.url}/half`, eventTypes: ['half'] });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${id}/edit`);
    await page.getByRole('link', { name: 'Leave it' }).click();
    await heading(page, 'Half done active');
    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByLabel('Name').fill('Half changed');
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await page.getByRole('link', { name: 'Events' }).click();
    await question.getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('link', { name: 'Events' }).click();
    await question.waitFor();
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Name').inputValue()).toBe('Half changed');
    await page.getByRole('link', { name: 'Events' }).click();
    await question.getByRole('button', { name: 'Leave', exact: true }).click();
    await heading(page, 'Events');
    expect(await readSubscription(tenant, { id })).toMatchObject({ name: 'Half done' });
    expect(faults).toEqual([]);
  });

  it('changes a subscription over what others wrote meanwhile only when told to, and keeps its secret header', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const headers = { 'X-Key': { value: 'hidden', secret: true } };
    const { id } = await tenant.subscribe({ name: 'Shared', url: `${receiver.url}/shared`, eventTypes: ['shared'], headers });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${id}/edit`);
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
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const { id } = await tenant.subscribe({ name: 'Short-lived', url: `${receiver.url}/short`, eventTypes: ['short'] });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${id}`);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    await hasText(page, 'The new signing secret.');
    await page
      .getByRole('listitem')
      .filter({ hasText: /^The one before, made .* signs beside it for (1 d 0 h|23 h 59 min) more, until / })
      .waitFor();
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

  it('suspends with a reason, shows what is held, and serves again', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    receiver.on('/break', { kind: 'answer', status: 500 });
    const failureHandling = { retry: { kind: 'fixed', delaySeconds: 0.5, maxAttempts: 100 } } as const;
    const to = { url: `${receiver.url}/break`, eventTypes: ['break'], failureHandling };
    const subscription = await tenant.subscribe({ name: 'On a break', ...to });
    const { id } = await tenant.publish({ type: 'break', data: 1 });
    await receiver.waitFor(({ path }) => path === '/break');
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${subscription.id}`);
    await page.getByLabel('Why it is suspended').fill('moving house');
    await page.getByRole('button', { name: 'Suspend' }).click();
    await heading(page, 'On a break suspended');
    await hasText(page, ': moving house.');
    await untilDelivery(tenant, id, { held: true });
    receiver.on('/break', { kind: 'answer' });
    await page.reload();
    await page.getByRole('link', { name: '1 waiting or held' }).click();
    await page.getByRole('cell', { name: 'held' }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: 'Unsuspend' }).click();
    await heading(page, 'On a break active');
    await untilDelivery(tenant, id, { state: 'delivered' });
    expect(faults).toEqual([]);
  });

  it('asks an endpoint again that has not shown that it expects deliveries, and sees it pass', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    receiver.on('/learner', { kind: 'answer', body: 'what?' });
    const { id } = await tenant.subscribe({
      name: 'Learner',
      url: `${receiver.url}/learner`,
      eventTypes: ['learner'],
      endpointCheck: true,
    });
    await eventually(() => expect(receiver.to('/learner')).toHaveLength(1));
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${id}`);
    await hasText(page, 'wrong_answer');
    receiver.on('/learner', ECHO);
    await page.getByRole('button', { name: 'Ask it again' }).click();
    await page.getByText('verified', { exact: true }).waitFor();
    await page.reload();
    await heading(page, 'Learner active');
    expect(faults).toEqual([]);
  });

  it('duplicates one, under a secret of its own that is shown once', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const first = await tenant.subscribe({ name: 'Twin', url: `${receiver.url}/twin`, eventTypes: ['twin'] });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, `/subscriptions/${first.id}`);
    await page.getByRole('button', { name: 'Duplicate' }).click();
    const secret = await page.getByText(/^whsec_/).textContent();
    expect(secret).not.toBe(first.secret);
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(await readSubscription(tenant, { id })).toMatchObject({ url: first.url, eventTypes: ['twin'] });
    await page.reload();
    await page.getByRole('button', { name: 'Duplicate' }).waitFor();
    expect(await page.getByText(/^whsec_/).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});

/** Gives the challenge back, and takes everything else. */
const ECHO: Script = ({ headers, body }) =>
  headers['webhook-id']
    ? { kind: 'answer' }
    : { kind: 'answer', body: JSON.stringify({ challenge: (JSON.parse(body.toString()) as { challenge: string }).challenge }) };

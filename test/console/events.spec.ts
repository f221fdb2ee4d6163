import { untilDelivery } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { describeInBrowser, hasText, heading } from './console.js';

describeInBrowser('the console: events and the catalog', (given) => {
  it('finds an event and says of every subscription why it was or was not delivered', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    const to = { url: `${receiver.url}/ok`, eventTypes: ['order.*'] };
    await tenant.subscribe({ ...to, name: 'All orders' });
    await tenant.subscribe({ ...to, name: 'Bills', eventTypes: ['invoice.*'] });
    await tenant.subscribe({ ...to, name: 'Large orders', filter: { '>': [{ var: 'data.total' }, 1_000] } });
    const { id } = await tenant.publish({ type: 'order.placed', resource: { type: 'order', id: '77' }, data: { total: 12 } });
    await untilDelivery(tenant, id, { state: 'delivered' });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/events');
    await page.getByLabel('Resource id').fill('77');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'order.placed' }).click();
    await heading(page, 'order.placed');
    await page.getByRole('row', { name: /Large orders .*none/ }).waitFor();
    await page
      .getByRole('cell')
      .getByText(/type is order\.placed, asked for invoice\.\*/)
      .waitFor();
    const taken = page.getByRole('row', { name: /All orders/ });
    await taken.getByRole('link', { name: 'delivered' }).click();
    await heading(page, 'order.placed delivered');
    expect(faults).toEqual([]);
  });

  it('says who would get an event before it publishes it, and publishes one like another', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    await tenant.subscribe({ name: 'Invoices', url: `${receiver.url}/invoices`, eventTypes: ['invoice.sent'] });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/events');
    await page.getByRole('link', { name: 'Publish a test event' }).click();
    await heading(page, 'Publish a test event');
    await page.getByLabel('Event').fill('{"type": "invoice.sent", "data": {"number": 9}}');
    await page.getByRole('button', { name: 'Who would get it?' }).click();
    await page.getByRole('row', { name: /Invoices .*would be made/ }).waitFor();
    expect(receiver.to('/invoices')).toEqual([]);
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('link', { name: /^evt_/ }).click();
    await heading(page, 'invoice.sent');
    await receiver.waitFor(({ path }) => path === '/invoices');
    await page.getByRole('link', { name: 'Publish one like it' }).click();
    await heading(page, 'Publish a test event');
    expect(JSON.parse(await page.getByLabel('Event').inputValue())).toMatchObject({
      type: 'invoice.sent',
      data: { number: 9 },
    });
    await page.getByRole('button', { name: 'Publish' }).click();
    await hasText(page, 'Accepted:');
    expect(faults).toEqual([]);
  });

  it('publishes once what it was not answered about, and anew what it was', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/events/publish');
    await page.getByLabel('Event').fill('{"type": "asked.again", "data": 1}');
    const stored = async (): Promise<number> =>
      (await stage.tenant.send<{ items: unknown[] }>('GET', '/v1/events?type=asked.again')).body.items.length;
    const press = (): Promise<void> => page.getByRole('button', { name: 'Publish' }).click();
    // The gateway takes it, and the answer is lost on its way.
    await page.route(/\/v1\/events$/, async (route) => {
      await route.fetch();
      await route.abort();
    });
    await press();
    await hasText(page, 'The gateway cannot be reached.');
    expect(await stored()).toBe(1);
    await page.unrouteAll();
    await press();
    const first = await page.getByRole('link', { name: /^evt_/ }).textContent();
    expect(await stored()).toBe(1);
    await press();
    await page
      .getByRole('link', { name: /^evt_/ })
      .filter({ hasNotText: first ?? '' })
      .waitFor();
    expect(await stored()).toBe(2);
    await page.getByLabel('Event').fill('{"type": "asked.again", "id": "its-own", "data": 1}');
    await press();
    await eventually(async () => expect(await stored()).toBe(3));
    expect(faults).toEqual([]);
  });

  it('says what is wrong with an event that it cannot publish', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/events/publish');
    await page.getByLabel('Event').fill('{"type": 7}');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('alert').getByText('/type').waitFor();
    await page.getByLabel('Event').fill('{"type":');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('alert').getByText(/JSON/).waitFor();
    expect(faults).toEqual([]);
  });

  it('registers an app and an event type, publishes its example and takes both back', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/catalog');
    await page.getByText('New app').click();
    await page.getByLabel('Name').fill('Shop');
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('link', { name: 'Shop' }).click();
    await heading(page, 'Shop');
    await hasText(page, 'Nothing is registered yet. Name a topic to begin.');
    await page.getByLabel('Topic').fill('orders');
    await page.keyboard.press('Enter');
    await page.getByText('New event type').click();
    await page
      .getByLabel('Event type, as JSON')
      .fill('{"name": "OrderPlaced", "eventType": "shop.order", "description": "Somebody bought.", "example": {"total": 12}}');
    await page.getByRole('button', { name: 'Register' }).click();
    const card = page.getByRole('region', { name: 'OrderPlaced' });
    await card.getByRole('link', { name: 'Publish one' }).click();
    await heading(page, 'Publish a test event');
    expect(JSON.parse(await page.getByLabel('Event').inputValue())).toMatchObject({
      type: 'shop.order',
      topic: 'orders',
      data: { total: 12 },
    });
    await page.getByRole('button', { name: 'Publish' }).click();
    await hasText(page, 'Accepted:');
    await page.goBack();
    await page.getByRole('link', { name: 'orders 1' }).waitFor();
    await card.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await hasText(page, 'Nothing is registered under this topic.');
    await page.getByRole('button', { name: 'Delete the app' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the app' }).click();
    await heading(page, 'Catalog');
    await hasText(page, 'No app is registered.');
    expect(faults).toEqual([]);
  });

  it('leads from an app to each of its topics, and from there to its event types', async () => {
    const { stage, signIn, visit } = given();
    const { send, key } = stage.tenant;
    const { body: app } = await send<{ id: string }>('POST', '/v1/apps', { body: { name: 'Warehouse' } });
    const register = (topic: string, ...names: string[]) =>
      send('POST', `/v1/apps/${app.id}/topics/${topic}/event-types`, { body: { eventTypes: names.map((name) => ({ name })) } });
    await register('picks', 'Picked', 'Packed');
    await register('stock', 'Counted');
    const { page, faults } = await signIn(key);
    await visit(page, `/catalog/${app.id}`);
    await page.getByRole('link', { name: 'picks 2' }).click();
    await page.getByRole('region', { name: 'Packed' }).waitFor();
    await page.getByRole('link', { name: 'stock 1' }).click();
    await page.getByRole('region', { name: 'Counted' }).waitFor();
    expect(await page.getByRole('region', { name: 'Packed' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'stock 1' }).getAttribute('aria-current')).toBe('true');
    await page.getByRole('main').getByRole('link', { name: 'Catalog' }).click();
    await heading(page, 'Catalog');
    expect(faults).toEqual([]);
  });
});

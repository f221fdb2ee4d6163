import { untilDelivery } from '../e2e/stage.js';
import { caller } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { describeInBrowser, hasText, heading } from './console.js';
import { inspect } from './inspect.js';

describeInBrowser('the console: expunging', (given) => {
  /** Events about one resource, delivered. */
  const deliver = async (customer: string, count: number): Promise<string[]> => {
    const { tenant, receiver } = given().stage;
    await tenant.subscribe({ name: customer, url: `${receiver.url}/${customer}`, eventTypes: [customer] });
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { id } = await tenant.publish({ type: customer, resource: { type: 'customer', id: customer }, data: { name: 'Jane Canary' } });
      await untilDelivery(tenant, id, { state: 'delivered' });
      ids.push(id);
    }
    return ids;
  };
  const payloadOf = async (id: string): Promise<unknown> =>
    (await given().stage.tenant.send<{ payload: unknown }>('GET', `/v1/events/${id}`)).body.payload;

  it('takes the payload of one event after asking, and offers nothing of it any more', async () => {
    const { stage, signIn, visit } = given();
    const [id] = (await deliver('ada', 1)) as [string];
    const { page, faults, refusals } = await signIn(stage.tenant.key);
    refusals.splice(0);
    await visit(page, `/events/${id}`);
    await hasText(page, 'Jane Canary');
    await page.getByRole('button', { name: 'Expunge the payload' }).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'This cannot be taken back.' });
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    expect(await payloadOf(id)).not.toBeNull();
    await page.getByRole('button', { name: 'Expunge the payload' }).click();
    await dialog.getByRole('button', { name: 'Expunge the payload' }).click();
    await heading(page, 'ada expunged');
    await hasText(page, /done Expunge of this event: 1 payload taken, 0 waiting deliveries cancelled/);
    expect(await payloadOf(id)).toBeNull();
    await hasText(page, 'Its payload has been expunged');
    for (const gone of ['Jane Canary', 'null', 'Subscriptions × verdicts', 'Try again']) expect(await page.getByText(gone).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Publish one like it' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Expunge the payload' }).count()).toBe(0);
    expect([await inspect(page), faults, refusals]).toEqual([[], [], []]);
  });

  it('takes those of all events about a resource, shows how far it has come, and a reload does not lose it', async () => {
    const { stage, signIn, visit } = given();
    const ids = await deliver('bob', 2);
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, `/events/${ids[0]}`);
    await page.getByRole('button', { name: 'Expunge all of customer bob' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Expunge all of customer bob' }).click();
    await hasText(page, /running Expunge of all of customer bob/);
    await page.reload();
    await hasText(page, /Expunge of all of customer bob/);
    // It ends some ten seconds after it was asked for, at the earliest.
    await page.getByText(/done Expunge of all of customer bob: 2 payloads taken/).waitFor({ timeout: 60_000 });
    await heading(page, 'bob expunged');
    await eventually(async () => expect(await Promise.all(ids.map(payloadOf))).toEqual([null, null]));
    expect(faults).toEqual([]);
  });

  it('is not offered to a key that may not', async () => {
    const { stage, signIn, visit } = given();
    const [id] = (await deliver('eve', 1)) as [string];
    const { body } = await caller(stage.gateway.url, stage.tenant.key)<{ key: string }>('POST', '/v1/keys', {
      body: { name: 'manager', permissions: ['manager'] },
    });
    const { page, faults } = await signIn(body.key);
    await visit(page, `/events/${id}`);
    await hasText(page, 'Jane Canary');
    expect(await page.getByRole('button', { name: /Expunge/ }).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});

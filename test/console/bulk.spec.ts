import type { Page } from 'playwright-core';
import { gate, untilDelivery } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { describeInBrowser, hasText, heading } from './console.js';
import { inspect } from './inspect.js';

describeInBrowser('the console: what is done to many', (given) => {
  /** Deliveries that failed, of a type and an endpoint of their own, which is well from now on. */
  const fail = async (type: string, count: number): Promise<string[]> => {
    const { tenant, receiver } = given().stage;
    receiver.on(`/${type}`, { kind: 'answer', status: 500 });
    await tenant.subscribe({ name: type, url: `${receiver.url}/${type}`, eventTypes: [type], failureHandling: { retry: null } });
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { id } = await tenant.publish({ type, data: n });
      ids.push((await untilDelivery(tenant, id, { state: 'failed' })).id);
    }
    receiver.on(`/${type}`, { kind: 'answer' });
    return ids;
  };
  const attemptsOf = async (ids: string[]): Promise<number[]> =>
    Promise.all(ids.map(async (id) => (await given().stage.tenant.delivery(id)).attemptCount));
  const tick = (page: Page, id: string) => page.getByRole('checkbox', { name: `Delivery ${id}` });
  const confirm = (page: Page, action: string) => page.getByRole('dialog').getByRole('button', { name: action }).click();

  it('is asked about with its number, may be left, and is done to those that are ticked alone', async () => {
    const { stage, signIn, visit } = given();
    const [first, second, third] = (await fail('bulk', 3)) as [string, string, string];
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries?eventType=bulk');
    for (const id of [first, second]) await tick(page, id).check();
    await page.getByRole('button', { name: 'Resend 2 ticked' }).click();
    await page.getByRole('dialog').getByText('2 deliveries are sent to their endpoints once more').waitFor();
    await confirm(page, 'Leave it');
    expect(await attemptsOf([first, second])).toEqual([1, 1]);
    await page.getByRole('button', { name: 'Resend 2 ticked' }).click();
    await confirm(page, 'Resend 2 ticked');
    await hasText(page, '2 sent again.');
    for (const id of [first, second]) {
      await page.goto(`${stage.gateway.url}/console/deliveries/${id}`);
      await heading(page, 'bulk delivered');
    }
    expect(await attemptsOf([first, second, third])).toEqual([2, 2, 1]);
    expect(faults).toEqual([]);
  });

  it('takes all rows that were read by one box, and says which of them were refused, and why', async () => {
    const { stage, signIn, visit } = given();
    const { tenant } = stage;
    const ids = await fail('refused', 2);
    const { subscriptionId } = await tenant.delivery(ids[0]!);
    await tenant.send('DELETE', `/v1/subscriptions/${subscriptionId}`);
    const [kept] = (await fail('refused', 1)) as [string];
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/deliveries?eventType=refused');
    await page.getByRole('checkbox', { name: 'All rows read so far' }).check();
    await page.getByRole('button', { name: 'Resend 3 ticked' }).click();
    await confirm(page, 'Resend 3 ticked');
    await hasText(page, '1 sent again.');
    await hasText(page, /^2 refused: The subscription of this delivery was deleted.*\(subscription_deleted\)$/);
    // What was refused stays ticked; what was sent does not.
    expect(await Promise.all([...ids, kept].map((id) => tick(page, id).isChecked()))).toEqual([true, true, false]);
    expect([...(await inspect(page)), ...faults]).toEqual([]);
  });

  it('says how far it has come, and can be stopped: what was not reached is not sent, and stays ticked', async () => {
    const { stage, signIn, visit } = given();
    const ids = await fail('stopped', 3);
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries?eventType=stopped');
    const { opened, open } = gate();
    let asked = 0;
    await page.route('**/v1/deliveries/*/resend', async (route) => {
      asked += 1;
      if (asked === 2) await opened;
      await route.continue();
    });
    await page.getByRole('checkbox', { name: 'All rows read so far' }).check();
    await page.getByRole('button', { name: 'Resend 3 ticked' }).click();
    await confirm(page, 'Resend 3 ticked');
    await hasText(page, '1 of 3');
    await page.getByRole('button', { name: 'Stop' }).click();
    open();
    await hasText(page, '2 sent again. Stopped, with 1 left.');
    // Newest first, so the oldest is the one that was not reached.
    expect(await tick(page, ids[0]!).isChecked()).toBe(true);
    await eventually(async () => expect(await attemptsOf(ids)).toEqual([1, 2, 2]));
    expect(asked).toBe(2);
    expect(faults).toEqual([]);
  });
});

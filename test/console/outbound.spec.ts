import { untilDelivery } from '../e2e/stage.js';
import { describeInBrowser, hasText, heading } from './console.js';

describeInBrowser('the console: outbound requests', (given) => {
  it('lists a callback that was not taken, by filters in the address, with all that is known of it', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    receiver.on('/not-taken', { kind: 'answer', status: 503 });
    const { id } = await tenant.subscribe({
      name: 'Called back',
      url: `${receiver.url}/taken`,
      eventTypes: ['told'],
      callback: { url: `${receiver.url}/not-taken` },
    });
    const event = await tenant.publish({ type: 'told', data: 1 });
    const delivery = await untilDelivery(tenant, event.id, { state: 'delivered' });
    await receiver.waitFor(({ path }) => path === '/not-taken');

    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/outbound');
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    await page.getByRole('row', { name: /503/ }).waitFor();
    await page.getByLabel('Kind').selectOption('hydration');
    await hasText(page, 'No request waits or was given up that fits these filters.');
    await page.getByLabel('Kind').selectOption('callback');
    await page.getByLabel('Subscription').fill(id);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`\\?kind=callback&subscription=${id}$`));
    await page.getByRole('button', { name: 'tells of attempt 1' }).click();
    await page.reload();
    const detail = page.getByRole('region', { name: 'The request' });
    await detail.getByText(/503/).waitFor();
    await detail.getByRole('link', { name: delivery.id }).click();
    await heading(page, 'told delivered');
    expect(faults).toEqual([]);
  });
});

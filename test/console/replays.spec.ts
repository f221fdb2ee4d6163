import type { Page } from 'playwright-core';
import { untilDelivery } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { readReplay } from '../support/replays.js';
import { describeInBrowser, hasText, heading } from './console.js';

/** How much of the bar is full. */
const shareOf = (page: Page): Promise<number> =>
  page.locator('main progress').evaluate((bar) => {
    const { value, max } = bar as unknown as { value: number; max: number };
    return value / max;
  });

describeInBrowser('the console: replays and diverted deliveries', (given) => {
  /** Events of one type whose deliveries have failed, and an endpoint that would take them now. */
  const failing = async (type: string, count: number, failureHandling: object = { retry: null }): Promise<string[]> => {
    const { tenant, receiver } = given().stage;
    receiver.on(`/${type}`, (_, before) => ({ kind: 'answer', status: before < count ? 500 : 200 }));
    await tenant.subscribe({ url: `${receiver.url}/${type}`, eventTypes: [type], failureHandling });
    const events = await Promise.all(Array.from({ length: count }, (_, data) => tenant.publish({ type, data })));
    return Promise.all(events.map(async ({ id }) => (await untilDelivery(tenant, id, { endedAt: expect.any(String) })).id));
  };

  it('counts a replay before it starts it, and shows it to its end', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    receiver.on('/again', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    await tenant.subscribe({ url: `${receiver.url}/again`, eventTypes: ['again'], failureHandling: { retry: null } });
    const { id } = await tenant.publish({ type: 'again', data: 1 });
    await untilDelivery(tenant, id, { state: 'failed' });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/deliveries?eventType=again');
    await page.getByRole('checkbox', { name: /^Delivery dlv_/ }).check();
    await page.getByRole('link', { name: 'Replay what is like them' }).click();
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByRole('button', { name: 'Replay 1', exact: true }).click();
    await heading(page, 'Replay done');
    await hasText(page, '1 of 1');
    expect(await shareOf(page)).toBe(1);
    await untilDelivery(tenant, id, { state: 'delivered' });
    expect(faults).toEqual([]);
  });

  it('pauses a replay, goes on with it and calls it off', async () => {
    const { stage, signIn, visit } = given();
    await failing('paced', 12);
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/replays');
    await page.getByRole('link', { name: 'New replay' }).click();
    await page.getByLabel('Event types').fill('paced');
    await page.getByLabel('before').fill(new Date(Date.now() + 60_000).toISOString().slice(0, 19));
    await page.getByLabel('Deliveries a second, at most').fill('1');
    await page.getByRole('button', { name: 'Count' }).click();
    await hasText(page, 'It would send 12 of the 12 it looks at.');
    await page.getByRole('button', { name: 'Replay 12' }).click();
    await heading(page, /Replay (queued|running)/);
    await page.getByRole('button', { name: 'Pause' }).click();
    await heading(page, 'Replay paused');
    const replay = { id: new URL(page.url()).pathname.split('/').at(-1) ?? '' };
    await eventually(async () => {
      const { processed } = await readReplay(stage.tenant, replay);
      expect(await page.getByText(/^\d+ of 12$/).textContent()).toBe(`${processed} of 12`);
      expect(await shareOf(page)).toBe(processed / 12);
    });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Cancel the replay' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the replay' }).click();
    await heading(page, 'Replay cancelled');
    expect(await page.locator('main').getByRole('button').count()).toBe(0);
    await page.getByRole('main').getByRole('link', { name: 'Replays' }).click();
    await page.getByRole('cell', { name: 'cancelled' }).waitFor();
    expect(faults).toEqual([]);
  });

  it('sends diverted deliveries again or discards them, and asks before the second', async () => {
    const { stage, signIn, visit } = given();
    const { tenant } = stage;
    const [again, gone] = await failing('lost', 2, { retry: null, divert: true });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/diverted?eventType=lost');
    await page.getByRole('checkbox', { name: `Diverted delivery ${again}` }).check();
    await page.getByRole('button', { name: 'Resend 1 ticked' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resend 1 ticked' }).click();
    await hasText(page, '1 sent again.');
    await eventually(async () => expect((await tenant.delivery(again!)).state).toBe('delivered'));
    await page.getByRole('checkbox', { name: `Diverted delivery ${gone}` }).check();
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Leave it' }).click();
    expect((await tenant.delivery(gone!)).state).toBe('diverted');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    await hasText(page, '1 discarded.');
    await hasText(page, 'No diverted delivery fits these filters.');
    expect((await tenant.delivery(gone!)).state).toBe('cancelled');
    expect(faults).toEqual([]);
  });
});

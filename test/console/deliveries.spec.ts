import type { Page } from 'playwright-core';
import { untilDelivery } from '../e2e/stage.js';
import type { Behaviour } from '../support/behaviour.js';
import { describeInBrowser, hasText, heading } from './console.js';

const FAILS_ONCE: Behaviour[] = [{ kind: 'answer', status: 500 }, { kind: 'answer' }];
const anHour = { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 3 } } as const;

describeInBrowser('the console: deliveries', (given) => {
  /** A subscription to one event type, whose endpoint has the same name. */
  const subscribe = (type: string, behaviour: Behaviour | Behaviour[], failureHandling: object = { retry: null }) => {
    const { tenant, receiver } = given().stage;
    receiver.on(`/${type}`, behaviour);
    return tenant.subscribe({ name: type, url: `${receiver.url}/${type}`, eventTypes: [type], failureHandling });
  };
  const publish = async (type: string, state: 'failed' | 'pending' | 'delivered'): Promise<string> => {
    const { tenant } = given().stage;
    const { id } = await tenant.publish({ type, data: { say: 'hello' } });
    return (await untilDelivery(tenant, id, { state, ...(state === 'pending' ? { attemptCount: 1 } : {}) })).id;
  };
  const rows = (page: Page) => page.getByRole('region', { name: 'deliveries' }).locator('tbody tr:not([aria-hidden])');

  it('signs in, finds a failed delivery, resends it and sees it arrive', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('moody', FAILS_ONCE);
    await publish('moody', 'failed');
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries');
    await page.getByLabel('State').selectOption('failed');
    await page.getByRole('link', { name: 'moody' }).first().click();
    await heading(page, /moody failed/);
    await page.getByRole('button', { name: 'Resend' }).click();
    await heading(page, /moody delivered/);
    await hasText(page, 'Attempts (2)');
    expect(stage.receiver.to('/moody')).toHaveLength(2);
    expect(faults).toEqual([]);
  });

  it('keeps its filters in the address, and the place of who types one', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('kept', { kind: 'answer', status: 503 });
    await subscribe('fine', { kind: 'answer' });
    await publish('kept', 'failed');
    await publish('fine', 'delivered');
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries');
    await page.getByLabel('Answer').selectOption('5xx');
    await page.getByLabel('Event type').fill('kept');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?statusClass=5xx&eventType=kept$/);
    expect(await page.evaluate('document.activeElement.tagName')).toBe('INPUT');
    await page.reload();
    await page.getByRole('link', { name: 'kept' }).first().waitFor();
    expect(await rows(page).count()).toBe(1);
    expect(await page.getByLabel('Event type').inputValue()).toBe('kept');
    expect(await page.getByLabel('Answer').inputValue()).toBe('5xx');
    await page.getByLabel('Event type').fill('');
    await page.keyboard.press('Tab');
    await page.getByLabel('Answer').selectOption('2xx');
    await page.getByRole('link', { name: 'fine' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'kept' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('sends those that are ticked again, and says what became of it', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('bulk', [FAILS_ONCE[0]!, FAILS_ONCE[0]!, { kind: 'answer' }]);
    const ids = [await publish('bulk', 'failed'), await publish('bulk', 'failed')];
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries?eventType=bulk');
    for (const id of ids) await page.getByRole('checkbox', { name: `Delivery ${id}` }).check();
    await page.getByRole('button', { name: 'Resend 2 ticked' }).click();
    await hasText(page, '2 sent again.');
    for (const id of ids) {
      await page.goto(`${stage.gateway.url}/console/deliveries/${id}`);
      await heading(page, 'bulk delivered');
    }
    expect(faults).toEqual([]);
  });

  it('shows what comes in while it is watched live', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('live', { kind: 'answer' });
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries?eventType=live');
    await hasText(page, 'No delivery fits these filters.');
    await page.getByRole('checkbox', { name: 'Live' }).check();
    await publish('live', 'delivered');
    await page.getByRole('link', { name: 'live' }).first().waitFor();
    expect(faults).toEqual([]);
  });

  it('stops a delivery that waits for its next attempt', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('waits', { kind: 'answer', status: 500 }, anHour);
    const id = await publish('waits', 'pending');
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, `/deliveries/${id}`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await heading(page, 'waits cancelled');
    expect(await page.getByRole('button', { name: 'Cancel' }).isDisabled()).toBe(true);
    expect((await stage.tenant.delivery(id)).state).toBe('cancelled');
    expect(faults).toEqual([]);
  });

  it('shows an attempt with its request, its answer and where its time went, and copies it for a shell', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('told', { kind: 'answer', status: 418, headers: { 'x-pot': 'tea' }, body: '<b>short</b> and stout' });
    const id = await publish('told', 'failed');
    const { page, faults } = await signIn(stage.tenant.key);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit(page, `/deliveries/${id}`);
    await page.getByText('Answer 418').click();
    // A receiver's words are text.
    await hasText(page, '<b>short</b> and stout');
    await page.getByText(`POST ${stage.receiver.url}/told`).click();
    await page.getByRole('list', { name: 'Where the time went' }).getByText('First byte').waitFor();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await hasText(page, 'Copied.');
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain(`curl -X POST '${stage.receiver.url}/told'`);
    expect(copied).toMatch(/-H 'content-type: application\/json'/);
    expect(faults).toEqual([]);
  });

  it('can be done without a mouse: sign in, open a delivery, resend it', async () => {
    const { stage, open } = given();
    await subscribe('keys', FAILS_ONCE);
    const id = await publish('keys', 'failed');
    const { page, faults } = await open();
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press('Tab');
        if (name.test(await page.evaluate<string>(FOCUSED))) return;
      }
      throw new Error(`No ${name.source} is reached by the Tab key.`);
    };
    await page.getByLabel('API key').waitFor();
    await page.keyboard.type(stage.tenant.key);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await page.keyboard.press('Home');
    await tabTo(/^A Deliveries$/);
    await page.keyboard.press('Enter');
    await heading(page, 'Deliveries');
    await tabTo(/^INPUT .*Event type/);
    await page.keyboard.type('keys');
    await page.keyboard.press('Enter');
    await page.waitForURL(/eventType=keys/);
    await page.getByRole('link', { name: 'keys', exact: true }).waitFor();
    await tabTo(/^A keys$/);
    await page.keyboard.press('Enter');
    await heading(page, 'keys failed');
    await tabTo(/^BUTTON Resend$/);
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.keyboard.press('Enter');
    await heading(page, 'keys delivered');
    expect((await stage.tenant.delivery(id)).attemptCount).toBe(2);
    expect(faults).toEqual([]);
  });
});

/** What has the focus: its element and the words on or before it. */
const FOCUSED = `(({ tagName, labels, textContent }) => tagName + ' ' + (labels?.[0]?.textContent ?? textContent).trim())(document.activeElement)`;

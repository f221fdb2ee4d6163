import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { parseId } from '../../libs/domain/src/ids.js';
import { untilDelivery } from '../e2e/stage.js';
import type { Behaviour } from '../support/behaviour.js';
import { eventually } from '../support/eventually.js';
import { describeInBrowser, hasText, heading, untilLoaded } from './console.js';
import { inspect } from './inspect.js';

const FAILS_ONCE: Behaviour[] = [{ kind: 'answer', status: 500 }, { kind: 'answer' }];
const anHour = { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 3 } } as const;

describeInBrowser('the console: deliveries', (given) => {
  /** A subscription to one event type, whose endpoint has the same name. */
  const subscribe = (type: string, behaviour: Behaviour | Behaviour[], failureHandling: object = { retry: null }, over: object = {}) => {
    const { tenant, receiver } = given().stage;
    receiver.on(`/${type}`, behaviour);
    return tenant.subscribe({ name: type, url: `${receiver.url}/${type}`, eventTypes: [type], failureHandling, ...over });
  };
  const publish = async (type: string, state: 'failed' | 'pending' | 'delivered'): Promise<string> => {
    const { tenant } = given().stage;
    const { id } = await tenant.publish({ type, data: { say: "it's €5" } });
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
    // Both before anything is drawn anew: the field is left, and another filter is chosen.
    await page.evaluate(`{
      const answer = [...document.querySelectorAll('label')].find(({ textContent }) => textContent.startsWith('Answer')).querySelector('select');
      document.activeElement.blur();
      answer.value = '2xx';
      answer.dispatchEvent(new Event('change', { bubbles: true }));
    }`);
    await page.getByRole('link', { name: 'fine' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'kept' }).count()).toBe(0);
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
    await subscribe(
      'told',
      { kind: 'answer', status: 418, headers: { 'x-pot': 'tea' }, body: '<b>short</b> and stout' },
      { retry: null },
      {
        headers: { 'x-token': { secret: true, value: 'hush' } },
      },
    );
    const id = await publish('told', 'failed');
    const { page, faults } = await signIn(stage.tenant.key);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit(page, `/deliveries/${id}`);
    await page.getByText('Answer 418').click();
    // A receiver's words are text.
    await hasText(page, '<b>short</b> and stout');
    await page.getByText(`POST ${stage.receiver.url}/told`).click();
    await hasText(page, "it's €5");
    await page.getByRole('list', { name: 'Where the time went' }).getByText('Waiting').waitFor();
    await page.getByRole('button', { name: 'Copy as curl' }).click();
    await hasText(page, 'Copied.');
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain(`curl -X POST '${stage.receiver.url}/told'`);
    expect(copied).toMatch(/-H 'content-type: application\/json'/);
    expect(copied).toContain("-H 'x-token: ***'");
    // Who pastes it sends the same bytes once more.
    await promisify(execFile)('sh', ['-c', copied], { env: { PATH: '/usr/bin:/bin' } });
    const [first, again] = await eventually(() => {
      const requests = stage.receiver.to('/told');
      expect(requests).toHaveLength(2);
      return requests;
    });
    expect(first!.body.toString()).toContain("it's €5");
    expect(again!.body.equals(first!.body)).toBe(true);
    expect(again!.headers['content-type']).toBe(first!.headers['content-type']);
    expect([...(await inspect(page)), ...faults]).toEqual([]);
  });

  it('draws where the time of an attempt went: each phase by its length, and what was never answered as that', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('drawn', { kind: 'answer' });
    const id = await publish('drawn', 'delivered');
    const took = (timings: object) =>
      stage.database.query('UPDATE attempts SET timings = $2 WHERE delivery_id = $1', [parseId('dlv', id), JSON.stringify(timings)]);
    const { page, faults } = await signIn(stage.tenant.key);
    const phases = page.getByRole('list', { name: 'Where the time went' }).getByRole('listitem');
    await took({ dnsMs: 40, connectMs: 20, tlsMs: 30, firstByteMs: 150, totalMs: 200 });
    await visit(page, `/deliveries/${id}`);
    expect(await phases.allTextContents()).toEqual(['DNS40 ms', 'Connect20 ms', 'TLS30 ms', 'Waiting60 ms', 'Body50 ms']);
    const bars = await phases.locator('.bar > span').evaluateAll((spans) => spans.map((span) => span.getAttribute('style')));
    expect(bars).toEqual([
      'margin-left: 0%; width: 20%;',
      'margin-left: 20%; width: 10%;',
      'margin-left: 30%; width: 15%;',
      'margin-left: 45%; width: 30%;',
      'margin-left: 75%; width: 25%;',
    ]);
    await took({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 3_000 });
    await page.reload();
    await untilLoaded(page);
    expect(await phases.allTextContents()).toEqual(['No answer3.00 s']);
    expect(faults).toEqual([]);
  });

  it('leads through all attempts, however many there were', async () => {
    const { stage, signIn, visit } = given();
    await subscribe('many', { kind: 'answer' });
    const id = await publish('many', 'delivered');
    await stage.database.query(
      `INSERT INTO attempts (id, number, delivery_id, trigger, outcome, started_at, timings)
       SELECT uuid_floor(now() + n * interval '1 ms'), n, $1, 'schedule', 'retry', now(), '{}' FROM generate_series(2, 220) n`,
      [parseId('dlv', id)],
    );
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, `/deliveries/${id}`);
    const attempts = page.getByRole('heading', { name: /^#\d+ / });
    for (const shown of [50, 100, 150, 200, 220]) {
      await eventually(async () => expect(await attempts.count()).toBe(shown));
      if (shown < 220) await page.getByRole('button', { name: 'Earlier attempts' }).click();
    }
    await page.getByRole('heading', { name: /^#1 / }).waitFor();
    expect(await page.getByRole('button', { name: 'Earlier attempts' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Deliveries' }).last().click();
    await heading(page, 'Deliveries');
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

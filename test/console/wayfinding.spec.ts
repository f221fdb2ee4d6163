import type { Page } from 'playwright-core';
import { describeInBrowser, heading } from './console.js';

/** What has the focus: its element and its words. */
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>(`document.activeElement.tagName + ' ' + document.activeElement.textContent`);
const background = (page: Page): Promise<string> => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');

describeInBrowser('the console: where one is', (given) => {
  it('names the document after the screen, and takes the focus to its heading', async () => {
    const { stage, signIn, visit } = given();
    const { id } = await stage.tenant.subscribe({ name: 'Named', url: `${stage.receiver.url}/named`, eventTypes: ['named'] });
    const { page, faults } = await signIn(stage.tenant.key);
    await heading(page, 'Overview');
    expect(await page.title()).toBe('Overview · Tidings');
    const links = page.getByRole('navigation', { name: 'Screens' }).getByRole('link');
    for (const name of (await links.allTextContents()).toReversed()) {
      await links.getByText(name, { exact: true }).click();
      await heading(page, name);
      expect([name, await page.title(), await focused(page)]).toEqual([name, `${name} · Tidings`, `H1 ${name}`]);
    }
    await visit(page, '/subscriptions');
    expect(await focused(page)).not.toContain('H1');
    await page.getByRole('link', { name: 'Named' }).click();
    await heading(page, 'Named active');
    expect([await page.title(), await focused(page)]).toEqual(['Named · Tidings', 'H1 Named active']);
    await page.getByRole('link', { name: 'Edit' }).click();
    await heading(page, /Edit/);
    expect(await page.title()).toBe('Edit “Named” · Tidings');
    await page.goto(`${stage.gateway.url}/console/subscriptions/${id}`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    expect(await page.title()).toBe('Sign in · Tidings');
    expect(faults).toEqual([]);
  });

  it('leaves who filters a list in the filter', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/events');
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await heading(page, 'Subscriptions');
    await page.getByLabel('Name').fill('Named');
    await page.keyboard.press('Enter');
    await page.waitForURL(/name=Named/);
    expect(await page.evaluate('document.activeElement.value')).toBe('Named');
    await page.getByLabel('Active').selectOption('false');
    await page.getByText('No subscription fits these filters.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('link', { name: 'Named' }).waitFor();
    expect([new URL(page.url()).search, await page.getByLabel('Name').inputValue()]).toEqual(['', '']);
    expect(await page.getByRole('button', { name: 'Clear filters' }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it('is light or dark as chosen, before the sign-in, too', async () => {
    const { stage, signIn } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await page.emulateMedia({ colorScheme: 'light' });
    const theme = page.getByLabel('Theme');
    const light = await background(page);
    await theme.selectOption('dark');
    const dark = await background(page);
    expect(dark).not.toBe(light);
    await theme.selectOption('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await background(page)).toBe(light);
    await theme.selectOption('system');
    expect(await background(page)).toBe(dark);
    await page.emulateMedia({ colorScheme: 'light' });
    await theme.selectOption('dark');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('API key').waitFor();
    await page.reload();
    await page.getByLabel('API key').waitFor();
    expect(await background(page)).toBe(dark);
    expect(faults).toEqual([]);
  });
});

import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { describeInBrowser, hasText } from './console.js';

const typesIn = (page: Page) => page.getByRole('region', { name: 'events' }).locator('tbody td:first-child a').allTextContents();

describeInBrowser('the console: the search for an event', (given) => {
  it('finds it by its id, its type, what it is about and when it came, and keeps that in the address', async () => {
    const { stage, signIn, visit } = given();
    const { tenant } = stage;
    await tenant.publish({ type: 'search.one', id: 'own-1', resource: { type: 'order', id: '7' }, data: 1 });
    const { id } = await tenant.publish({ type: 'search.two', resource: { type: 'user', id: '7' }, data: 2 });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/events');
    const search = async (label: string, text: string, found: string[]): Promise<void> => {
      const field = page.getByRole('search').getByLabel(label, { exact: true });
      await field.fill(text);
      await page.keyboard.press('Enter');
      await eventually(async () => expect([label, await typesIn(page)]).toEqual([label, found]));
      await page.reload();
      await eventually(async () => expect([label, await typesIn(page)]).toEqual([label, found]));
      await field.fill('');
      await page.keyboard.press('Enter');
      await eventually(async () => expect(await typesIn(page)).toEqual(['search.two', 'search.one']));
    };
    await search('Id', 'own-1', ['search.one']);
    await search('Id', id, ['search.two']);
    await search('Type', 'search.two', ['search.two']);
    await search('Resource type', 'order', ['search.one']);
    await search('Resource id', '7', ['search.two', 'search.one']);
    await search('From', '2026-01-01T00:00:00', ['search.two', 'search.one']);
    expect(faults).toEqual([]);
  });

  it('says when nothing fits, and what is wrong with a time in the address', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/events?to=2020-01-01T00:00:00Z');
    await hasText(page, 'No event fits these filters.');
    expect(await page.getByLabel('To', { exact: true }).inputValue()).toMatch(/^20(19|20)-/);
    await visit(page, '/events?from=yesterday');
    await page.getByRole('alert').getByText('/from').waitFor();
    expect(faults).toEqual([]);
  });
});

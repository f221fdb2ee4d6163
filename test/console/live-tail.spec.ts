import type { Page } from 'playwright-core';
import { untilAllEnded } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { describeInBrowser } from './console.js';

const list = (page: Page) => page.getByRole('region', { name: 'deliveries' });
const rowAt = (page: Page, id: string) =>
  list(page)
    .locator('tr')
    .filter({ has: page.locator(`a[href$="${id}"]`) });

describeInBrowser('the console: deliveries as they come', (given) => {
  const publish = async (type: string, many: number): Promise<void> => {
    const { tenant } = given().stage;
    for (let i = 0; i < many; i++) await tenant.publish({ type, data: i });
  };

  it('come on top, and who looks further down keeps the place', async () => {
    const { stage, signIn, visit } = given();
    const { tenant, receiver } = stage;
    await tenant.subscribe({ url: `${receiver.url}/tail`, eventTypes: ['tail.*'] });
    await publish('tail.old', 120);
    await untilAllEnded(stage.database);
    const old = await tenant.deliveries({ limit: '40' });
    const { page, faults } = await signIn(tenant.key);
    await visit(page, '/deliveries');
    await page.getByRole('checkbox', { name: 'Live', exact: true }).check();
    await publish('tail.first', 1);
    await list(page).getByRole('link', { name: 'tail.first' }).waitFor();
    expect(await list(page).getByRole('button', { name: /new/ }).count()).toBe(0);

    const looked = rowAt(page, old[30]!.id);
    await list(page).evaluate((frame: { scrollTop: number }) => (frame.scrollTop = 38 * 31 + 7));
    await looked.waitFor();
    const place = async (): Promise<number> => Math.round((await looked.boundingBox())!.y);
    const before = await place();
    await publish('tail.new', 3);
    const toTop = list(page).getByRole('button', { name: '3 new' });
    await toTop.waitFor();
    expect(await place()).toBe(before);
    await toTop.click();
    await eventually(async () => expect(await list(page).getByRole('link', { name: 'tail.new' }).count()).toBe(3));
    await toTop.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('are those of a time that stands in the address', async () => {
    const { stage, signIn, visit } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    await visit(page, '/deliveries');
    await page.getByLabel('From', { exact: true }).fill('2099-01-01T10:00:00');
    await page.keyboard.press('Enter');
    await page.getByText('No delivery fits these filters.').waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toMatch(/^20(98|99)-.*Z$/);
    await page.getByLabel('From', { exact: true }).fill('');
    await page.keyboard.press('Enter');
    await list(page).getByRole('link', { name: 'tail.old' }).first().waitFor();
    expect(faults).toEqual([]);
  });
});

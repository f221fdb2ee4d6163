import { describeInBrowser, heading } from './console.js';

describeInBrowser('the console: a page that was opened before a release', (given) => {
  it('says that there is a new version when a screen of its own is gone, and gets it', async () => {
    const { stage, signIn } = given();
    const { page } = await signIn(stage.tenant.key);
    await page.route(/\/console\/assets\/events-/, (route) => route.fulfill({ status: 404 }));
    await page.route(/\/console\/$/, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<script src="/console/assets/newer.js">' }),
    );
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('alert').getByText('There is a new version of the console').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Reload the page' }).click();
    await heading(page, 'Events');
  });

  it('says that a screen could not be loaded when the version is the same', async () => {
    const { stage, signIn } = given();
    const { page } = await signIn(stage.tenant.key);
    await page.route(/\/console\/assets\/events-/, (route) => route.abort());
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('alert').getByText('This screen could not be loaded.').waitFor();
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await heading(page, 'Subscriptions');
  });

  it('is not blank when a screen fails: it says what happened, and the others are there', async () => {
    const { stage, signIn } = given();
    const { page, faults } = await signIn(stage.tenant.key);
    const body = JSON.stringify({ items: [{ id: 'evt_1', type: 'of another shape' }], nextCursor: null });
    await page.route(/\/v1\/events\?/, (route) => route.fulfill({ contentType: 'application/json', body }));
    await page.getByRole('link', { name: 'Events' }).click();
    await page.getByRole('alert').getByText('This screen has failed: ').waitFor();
    expect(faults.join()).toContain('TypeError');
    await page.getByRole('link', { name: 'Subscriptions' }).click();
    await heading(page, 'Subscriptions');
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});

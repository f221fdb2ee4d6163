import { BOOTSTRAP_KEY } from '../support/test-settings.js';
import type { Window } from './browser.js';
import { describeInBrowser, untilLoaded } from './console.js';
import { inspect } from './inspect.js';
import { takePicture } from './picture.js';
import { openShop, type Shop, shopNames } from './shop.js';

interface View {
  /** Of its picture; null: it has none. */
  name: string | null;
  path: string;
}

/** What is reached from the screens. */
const pagesOf = ({ deliveryId, eventId, subscriptionId, replayId, appId }: Shop): View[] => [
  { name: 'delivery', path: `/deliveries/${deliveryId}` },
  { name: 'event', path: `/events/${eventId}` },
  { name: 'publish', path: '/events/publish' },
  { name: 'subscription', path: `/subscriptions/${subscriptionId}` },
  { name: 'new-subscription', path: '/subscriptions/new' },
  { name: 'edit-subscription', path: `/subscriptions/${subscriptionId}/edit` },
  { name: 'replay', path: `/replays/${replayId}` },
  { name: 'new-replay', path: '/replays/new?eventTypes=product.*' },
  { name: 'app', path: `/catalog/${appId}?topic=orders` },
];

/** Which are shown in the dark, too. */
const DARK = ['overview', 'deliveries', 'delivery'];

/** The registered screens that are offered to who has just signed in; with that, what the sign-in was refused is forgotten. */
async function screensOn({ page, refusals }: Window): Promise<View[]> {
  refusals.splice(0);
  const links = await page.getByRole('navigation', { name: 'Screens' }).getByRole('link').all();
  const paths = await Promise.all(links.map((link) => link.getAttribute('href')));
  return paths.map((href) => {
    const path = (href ?? '').replace('/console', '');
    return { name: path.slice(1) || 'overview', path };
  });
}

describeInBrowser(
  'every screen of the console',
  (given) => {
    let shop: Shop;
    let tenants: Window;
    let screens: View[];
    beforeAll(async () => {
      shop = await openShop(given().stage);
      tenants = await given().signIn(shop.tenant.key);
      screens = await screensOn(tenants);
    });

    /** Goes to each of them, takes its picture where pictures are wanted, and collects what is wrong. */
    const goThrough = async ({ page, faults, refusals }: Window, views: View[]): Promise<string[]> => {
      const wrong: string[] = [];
      for (const { name, path } of views) {
        await given().visit(page, path);
        await page.waitForLoadState('networkidle');
        if (name !== null) await takePicture(page, name);
        if (name !== null && DARK.includes(name)) await takePicture(page, `${name}-dark`, 'dark');
        wrong.push(...[...(await inspect(page)), ...faults.splice(0), ...refusals.splice(0)].map((sentence) => `${path}: ${sentence}`));
      }
      return wrong;
    };

    const isFine = 'has no barrier in light or dark, does not scroll sideways on a phone, and breaks no policy';

    it(`of a tenant ${isFine}`, async () => {
      expect(screens).toContainEqual({ name: 'deliveries', path: '/deliveries' });
      expect(await goThrough(tenants, screens)).toEqual([]);
    });

    it(`that one of them leads to ${isFine}`, async () => {
      expect(await goThrough(tenants, pagesOf(shop))).toEqual([]);
    });

    it(`of an operator ${isFine}`, async () => {
      const window = await given().signIn(BOOTSTRAP_KEY);
      const own = [...(await screensOn(window)), { name: 'tenant', path: `/tenants/${shop.tenant.id}` }];
      expect(own).toContainEqual({ name: 'tenants', path: '/tenants' });
      // What a tenant has, too, has its picture from there.
      expect(
        await goThrough(
          window,
          own.map(({ name, path }) => ({ name: screens.some((one) => one.path === path) ? null : name, path })),
        ),
      ).toEqual([]);
    });

    it(`before the sign-in ${isFine}`, async () => {
      const { page, faults } = await given().open();
      await untilLoaded(page);
      await page.getByLabel('API key').waitFor();
      await takePicture(page, 'sign-in');
      expect([...(await inspect(page)), ...faults]).toEqual([]);
    });
  },
  async () => ({ ...(await shopNames()), ROLLUP_INTERVAL_MS: '100', BACKLOG_INTERVAL_MS: '200' }),
);

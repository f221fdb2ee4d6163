import type { Poll, Watching } from '../children/console.js';
import type { Product } from './flow.js';

/** Rows of the list of subscriptions that are in view, and those beside them that the console keeps ready. */
const ROWS_IN_VIEW = 28;

/**
 * What the console's screens ask by themselves for as long as they are open: the overview of the last hour, the live tail of
 * deliveries (LIVE_MS of deliveries.tsx) and the subscriptions, whose health and trend are good for FRESH_MS of use-figures.ts: they
 * are asked for again when somebody comes back to them, here as soon as they may be, in one request for all rows.
 */
export function pollsOf(subscriptionIds: readonly string[]): Poll[] {
  const [overviewMs, tailMs, numbersMs] = [5_000, 2_000, 120_000];
  return [
    { path: '/v1/stats/overview', everyMs: overviewMs },
    { path: '/v1/deliveries?limit=100', everyMs: tailMs },
    { path: '/v1/subscriptions?limit=100', everyMs: numbersMs },
    { path: `/v1/subscriptions/stats?ids=${subscriptionIds.slice(0, ROWS_IN_VIEW).join()}`, everyMs: numbersMs },
  ];
}

/** Signs in as the console does: with a cookie, and the header that tells its own requests from those of other pages. */
export async function signIn({ gateway, tenant }: Product): Promise<Pick<Watching, 'origin' | 'headers'>> {
  const own = { 'x-tidings-console': '1' };
  const answer = await fetch(`${gateway.url}/console/session`, {
    method: 'POST',
    headers: { ...own, 'content-type': 'application/json' },
    body: JSON.stringify({ key: tenant.key }),
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (answer.status !== 200 || cookie === undefined) throw new Error(`The sign-in of the console answered ${answer.status}.`);
  return { origin: gateway.url, headers: { ...own, cookie } };
}

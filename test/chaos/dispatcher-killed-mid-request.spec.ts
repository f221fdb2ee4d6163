import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import { scrape } from '../support/metrics.js';
import { publishMany, publishUntilAccepted } from './publisher.js';
import { LEASE_MS, openStage, type Stage } from './stage.js';

const CONCURRENCY = 16;
const KILLS = 3;
const EVENTS = 160;

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ env: { DISPATCH_CONCURRENCY: String(CONCURRENCY) } });
});

describe('a dispatcher that is killed in the middle of a request', () => {
  it('has its delivery sent by another when the lease ends, within 2 s, under the same id, and the lost attempt is written down', async () => {
    const { receiver, tenant, database, ledger } = stage;
    receiver.on('/lost', [{ kind: 'silence' }, { kind: 'answer' }]);
    const subscription = await stage.subscribe('lost');
    const [doomed, other] = await Promise.all([stage.dispatcher(), stage.dispatcher()]);
    // Else either of them might take it.
    other.pause();
    const { id } = await publishUntilAccepted(tenant, 'lost');
    ledger.expect(id, [subscription]);
    await receiver.waitFor(({ path }) => path === '/lost');
    await doomed.kill();

    const [lease] = await database.query<{ ends: Date }>(`SELECT due_at AS ends FROM deliveries WHERE state = 'sending'`);
    other.resume();
    const [first, second] = await eventually(() => expectCount(receiver.to('/lost'), 2));
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const endsAt = lease!.ends.getTime();
    expect(endsAt - first!.receivedAt).toBeLessThanOrEqual(LEASE_MS);
    expect(second!.receivedAt).toBeGreaterThanOrEqual(endsAt);
    noteResumed(endsAt, second!.receivedAt);
    expect(second!.receivedAt).toBeLessThanOrEqual(endsAt + 2_000);

    await ledger.check({ duplicates: 1 });
    const [delivery] = await tenant.deliveriesOf(id);
    const attempts = await tenant.attempts(delivery!.id);
    expect(attempts.map(({ number, outcome, error }) => [number, outcome, error?.code])).toEqual([
      [2, 'delivered', undefined],
      [1, 'interrupted', 'interrupted'],
    ]);
    expect((await scrape(other.metricsUrl)).value('tidings_recovered_total', { what: 'lease' })).toBe(1);
    await other.kill();
  });

  it('loses nothing and repeats no more than it had under way, however often, with another beside it', async () => {
    const { receiver, tenant, ledger } = stage;
    for (const path of ['/left', '/right']) receiver.on(path, { kind: 'answer', delayMs: 150 });
    const subscriptions = [
      await stage.subscribe('left', { eventTypes: ['load'] }),
      await stage.subscribe('right', { eventTypes: ['load'] }),
    ];
    const pair = await Promise.all([stage.dispatcher(), stage.dispatcher()]);
    const published = publishMany(tenant, 'load', EVENTS);

    const before = receiver.requests.length;
    for (let kill = 0; kill < KILLS; kill++) {
      await receiver.waitFor(before + (EVENTS / 2) * kill + 40, 20_000);
      // What is hit by every kill is rightly taken for their cause (poison): what was hit has its turn before the next.
      await eventually(async () =>
        expect(await stage.database.query('SELECT FROM deliveries WHERE ended_at IS NULL AND crash_count > 1')).toEqual([]),
      );
      await pair[kill % 2]!.kill();
      pair[kill % 2] = await stage.dispatcher();
    }

    for (const id of await published) ledger.expect(id, subscriptions);
    await ledger.check({ duplicates: 1 + CONCURRENCY * KILLS, timeoutMs: 45_000 });
    const [row] = await stage.database.query<{ interrupted: number }>(
      `SELECT count(*)::int AS interrupted FROM attempts WHERE outcome = 'interrupted'`,
    );
    // Else no kill has hit a request and nothing was shown.
    expect(row!.interrupted).toBeGreaterThan(1);
  });
});

function expectCount<T>(items: T[], count: number): T[] {
  expect(items).toHaveLength(count);
  return items;
}

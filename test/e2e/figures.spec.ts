import { operator, type TenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type Scrape, scrape } from '../support/metrics.js';
import type { Problem } from '../support/refusals.js';
import { startStage, type Stage, untilAllEnded, untilDelivery } from './stage.js';

interface Counts {
  accepted: number;
  matched: number;
  delivered: number;
  failed: number;
  attempts: number;
}
interface Overview {
  totals: Counts;
  successRate: number | null;
  latencyMs: Record<'endToEnd' | 'endpoint', { p50: number | null; p95: number | null; p99: number | null }>;
  backlog: { waiting: Record<string, number>; oldestWaitingSeconds: number | null; oldestSeconds: Record<string, number | null> } | null;
  worstSubscriptions: object[];
  series: ({ at: string; endToEndP95Ms: number | null } & Counts)[];
}

interface Figures {
  stepMinutes: number;
  items: { subscriptionId: string; series: { delivered: number[]; failed: number[] } }[];
}

const OFTEN = { ROLLUP_INTERVAL_MS: '100', BACKLOG_INTERVAL_MS: '200' };

describe('after traffic', () => {
  let stage: Stage;
  let good: { id: string };
  let bad: { id: string };
  let gateway: Scrape;
  let dispatcher: Scrape;
  const overview = async (): Promise<Overview> => (await stage.tenant.send<Overview>('GET', '/v1/stats/overview')).body;

  beforeAll(async () => {
    stage = await startStage({ env: OFTEN });
    const { tenant, receiver } = stage;
    receiver.on('/bad', { kind: 'answer', status: 500 });
    good = await tenant.subscribe({ url: `${receiver.url}/good`, eventTypes: ['order.*'] });
    bad = await tenant.subscribe({
      url: `${receiver.url}/bad`,
      eventTypes: ['order.bad'],
      failureHandling: { retry: { kind: 'schedule', delaysSeconds: [0.1], maxAttempts: 2 } },
    });
    for (const type of ['order.good', 'order.good', 'order.bad', 'nobody.wants']) await tenant.publish({ type, data: {} });
    const event = { type: 'order.good', id: 'twice', data: {} };
    for (const times of [1, 2]) expect((await tenant.publish(event)).duplicate).toBe(times === 2);
    await untilAllEnded(stage.database);
  });

  it('the overview tells of each event, delivery and attempt once', async () => {
    const found = await eventually(async () => {
      const now = await overview();
      expect(now.totals).toEqual({ accepted: 5, matched: 5, delivered: 4, failed: 1, attempts: 6 });
      return now;
    });
    expect(found.successRate).toBe(0.8);
    const { host } = new URL(stage.receiver.url);
    expect(found.worstSubscriptions).toEqual([
      { subscriptionId: bad.id, tenantId: stage.tenant.id, name: 'Test', host, failedAttempts: 2, failed: 1 },
    ]);
    expect(found.series.flatMap(({ endToEndP95Ms }) => endToEndP95Ms ?? [])).not.toEqual([]);
    const sums = (pick: keyof Counts): number => found.series.reduce((sum, minute) => sum + minute[pick], 0);
    expect([sums('accepted'), sums('matched'), sums('attempts')]).toEqual([5, 5, 6]);
    expect(found.series.length).toBeGreaterThanOrEqual(60);
    expect(found.latencyMs.endpoint.p50).toBeGreaterThan(0);
    expect(found.latencyMs.endToEnd.p99).toBeGreaterThanOrEqual(found.latencyMs.endToEnd.p50!);
  });

  it('a subscription’s series tells of its own', async () => {
    const series = async (id: string) => {
      const { body } = await stage.tenant.send<{ series: Omit<Counts, 'accepted'>[] }>(
        'GET',
        `/v1/subscriptions/${id}/stats/series?hours=1`,
      );
      return (['matched', 'delivered', 'failed', 'attempts'] as const).map((pick) => body.series.reduce((sum, one) => sum + one[pick], 0));
    };
    await eventually(async () =>
      expect([await series(good.id), await series(bad.id)]).toEqual([
        [4, 4, 0, 4],
        [1, 0, 1, 2],
      ]),
    );
  });

  it('the figures of many subscriptions tell of each its own, and of none that is another tenant’s or not there', async () => {
    const other = await operator(stage.gateway.url).tenant('neighbour');
    const quiet = await stage.tenant.subscribe({ url: `${stage.receiver.url}/quiet`, eventTypes: ['nobody.publishes'] });
    const nobodys = 'sub_01KAK3HZY3F2J9V8N7B6M5C4X3';
    const read = async (tenant: TenantApi) =>
      (await tenant.send<Figures>('GET', `/v1/subscriptions/stats?ids=${[bad.id, nobodys, good.id, quiet.id].join()}`)).body;
    const breaker = { state: 'closed', since: null, nextProbeAt: null, trips: 0 };
    const of = (subscriptionId: string, [matched, delivered, failed, attempts]: number[], successRate: number | null) => ({
      ...{ subscriptionId, matched, delivered, failed, attempts, successRate, breaker },
      series: { delivered: expect.any(Array), failed: expect.any(Array) },
    });
    await eventually(async () => {
      const { items, stepMinutes } = await read(stage.tenant);
      expect([items, stepMinutes]).toEqual([
        [of(bad.id, [1, 0, 1, 2], 0), of(good.id, [4, 4, 0, 4], 1), of(quiet.id, [0, 0, 0, 0], null)],
        30,
      ]);
      const sums = items.map(({ series }) =>
        [series.delivered, series.failed].map((steps) => [steps.length, steps.reduce((a, b) => a + b)]),
      );
      expect(sums).toEqual([
        [
          [48, 0],
          [48, 1],
        ],
        [
          [48, 4],
          [48, 0],
        ],
        [
          [48, 0],
          [48, 0],
        ],
      ]);
      // All of it happened just now.
      expect(items[1]!.series.delivered.slice(-2).reduce((a, b) => a + b)).toBe(4);
    });
    expect((await read(other)).items).toEqual([]);
    await stage.tenant.send('DELETE', `/v1/subscriptions/${quiet.id}`);
    expect((await read(stage.tenant)).items.map(({ subscriptionId }) => subscriptionId)).toEqual([bad.id, good.id]);
    const refused = await stage.tenant.send<Problem>('GET', `/v1/subscriptions/stats?ids=${good.id},nonsense`);
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_id']);
  });

  it('the overview tells what waits now, and for how long', async () => {
    const { tenant, receiver } = stage;
    const rateLimit = { limit: 1, windowSeconds: 3_600 };
    await tenant.subscribe({ url: `${receiver.url}/held`, eventTypes: ['held'], rateLimit });
    for (let i = 0; i < 3; i++) await tenant.publish({ type: 'held', data: {} });
    await eventually(async () => {
      const { backlog } = await overview();
      expect(backlog?.waiting).toEqual({ due: 0, scheduled: 0, held: 2, sending: 0, outbox: 0, replay: 0 });
      expect(backlog?.oldestWaitingSeconds).toBeNull();
      expect(backlog?.oldestSeconds).toMatchObject({ due: null, held: expect.any(Number) });
    });
    for (const { metricsUrl } of [stage.gateway, ...stage.dispatchers])
      await eventually(async () => expect((await scrape(metricsUrl)).value('tidings_backlog', { lane: 'held' })).toBe(2));
  });

  it('another tenant’s overview and series tell nothing of it', async () => {
    const other = await operator(stage.gateway.url).tenant('other');
    const { body } = await other.send<Overview>('GET', '/v1/stats/overview');
    expect(body.totals).toEqual({ accepted: 0, matched: 0, delivered: 0, failed: 0, attempts: 0 });
    expect([body.successRate, body.latencyMs.endToEnd.p50, body.worstSubscriptions]).toEqual([null, null, []]);
    expect((await other.send('GET', `/v1/subscriptions/${good.id}/stats/series`)).status).toBe(404);
    const named = await other.send<Problem>('GET', `/v1/stats/overview?tenantId=${stage.tenant.id}`);
    expect([named.status, named.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('an operator’s overview tells of all tenants, or of the one that is named', async () => {
    const all = operator(stage.gateway.url);
    const idle = await all.tenant('idle');
    const read = async (query = '') => (await all.send<Overview>('GET', `/v1/stats/overview${query}`)).body;
    await eventually(async () => expect((await read()).totals).toEqual((await overview()).totals));
    expect((await read()).totals.accepted).toBeGreaterThanOrEqual(5);
    expect((await read()).worstSubscriptions[0]).toMatchObject({ subscriptionId: bad.id, tenantId: stage.tenant.id });
    expect((await read()).backlog?.waiting.held).toBe(2);
    expect((await read(`?tenantId=${idle.id}`)).totals.accepted).toBe(0);
    expect((await read(`?tenantId=${stage.tenant.id}`)).totals).toEqual((await overview()).totals);
  });

  describe('/metrics', () => {
    beforeAll(async () => {
      gateway = await scrape(stage.gateway.metricsUrl);
      dispatcher = await scrape(stage.dispatchers[0]!.metricsUrl);
    });

    it('of the gateway counts what was published and shows its bounds', () => {
      expect(gateway.value('tidings_events_published_total', { kind: 'accepted' })).toBe(8);
      expect(gateway.value('tidings_events_published_total', { kind: 'duplicate' })).toBe(1);
      expect(gateway.value('tidings_stage_seconds_count', { stage: 'publish' })).toBe(9);
      expect(gateway.value('tidings_publishes_in_flight')).toBe(0);
      expect(gateway.value('tidings_publishes_limit')).toBe(2_000);
      expect(gateway.value('tidings_wakes_total', { queue: 'fanout', result: 'sent' })).toBeGreaterThan(0);
      for (const queue of ['fanout', 'deliver']) expect(gateway.value('tidings_queue_errors_total', { queue })).toBe(0);
      expect(gateway.value('tidings_statement_seconds_count', { statement: 'publish' })).toBeGreaterThan(0);
      expect(gateway.value('http_request_duration_seconds_count', { route: '/v1/events', method: 'POST', status: '202' })).toBe(9);
    });

    it('of the dispatcher counts what became of it, by outcome and by what the endpoint said', () => {
      expect(dispatcher.value('tidings_events_fanned_out_total')).toBe(8);
      expect(dispatcher.value('tidings_deliveries_matched_total')).toBe(8);
      expect(dispatcher.value('tidings_attempts_total', { outcome: 'delivered', result: '2xx' })).toBe(5);
      expect(dispatcher.value('tidings_attempts_total', { outcome: 'retry', result: '5xx' })).toBe(1);
      expect(dispatcher.value('tidings_attempts_total', { outcome: 'failed', result: '5xx' })).toBe(1);
      expect(dispatcher.value('tidings_attempt_seconds_count', { outcome: 'delivered' })).toBe(5);
      for (const stage of ['fanout', 'claim', 'record'])
        expect(dispatcher.value('tidings_stage_seconds_count', { stage })).toBeGreaterThan(0);
      expect(dispatcher.value('tidings_stage_seconds_count', { stage: 'record' })).toBe(7);
      expect(dispatcher.value('tidings_fanout_lag_seconds_count')).toBe(8);
      expect(dispatcher.value('tidings_delivery_seconds_count')).toBe(5);
      expect(dispatcher.value('tidings_request_phase_seconds_count', { phase: 'first_byte' })).toBe(7);
      expect(dispatcher.value('tidings_request_phase_seconds_count', { phase: 'connect' })).toBeGreaterThan(0);
      // A schedule's first delay comes before the first attempt: both of the failing one were due before they were claimed.
      expect(dispatcher.value('tidings_claim_wait_seconds_count', { by: 'sweep' })).toBe(2);
      expect(dispatcher.value('tidings_claim_wait_seconds_sum')).toBeGreaterThan(0);
      expect(dispatcher.value('tidings_statement_seconds_count', { statement: 'record' })).toBeGreaterThan(0);
      expect(dispatcher.value('tidings_in_flight')).toBe(0);
      expect(dispatcher.value('tidings_in_flight_limit')).toBe(256);
      expect(dispatcher.value('tidings_recovered_total', { what: 'poison' })).toBe(0);
      expect(dispatcher.value('tidings_upkeep_failures_total')).toBe(0);
      expect(dispatcher.value('tidings_partitions_ahead_seconds')).toBeGreaterThan(6 * 86_400);
    });

    it('of both shows the backlog, the database’s connections and the event loop', () => {
      for (const process of [gateway, dispatcher]) {
        for (const lane of ['due', 'scheduled', 'held', 'sending', 'outbox', 'replay'])
          expect(process.value('tidings_backlog', { lane })).toBe(lane === 'held' ? 2 : 0);
        for (const lane of ['due', 'scheduled', 'sending', 'outbox', 'replay'])
          expect(process.value('tidings_backlog_oldest_seconds', { lane })).toBe(0);
        expect(process.value('tidings_backlog_oldest_seconds', { lane: 'held' })).toBeGreaterThan(0);
        expect(process.value('tidings_backlog_measured_seconds')).toBeLessThan(60);
        expect(process.value('tidings_breakers', { state: 'closed' })).toBe(3);
        expect(process.value('tidings_breakers', { state: 'open' })).toBe(0);
        for (const queue of ['fanout', 'deliver']) expect(process.value('tidings_queue_jobs', { queue })).toBe(0);
        expect(process.value('tidings_database_errors_total')).toBe(0);
        expect(process.value('tidings_database_connections', { state: 'idle' })).toBeGreaterThan(0);
        expect(process.value('tidings_database_connections_limit')).toBe(10 + 6);
        expect(process.value('tidings_database_waiting')).toBe(0);
        expect(process.value('tidings_figures_lost_total')).toBe(0);
        expect(process.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
      }
    });

    it('names counters as Prometheus wants it, and nobody in a label', () => {
      const { id } = stage.tenant;
      for (const { samples, types } of [gateway, dispatcher]) {
        const own = [...types].filter(([name]) => name.startsWith('tidings_'));
        expect(own.length).toBeGreaterThan(10);
        expect(own.filter(([name, type]) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
        const said = JSON.stringify(samples.map(({ labels }) => labels));
        for (const secret of [id, good.id, bad.id, stage.receiver.host, 'order.']) expect(said).not.toContain(secret);
      }
    });
  });

  it('figures that are not written yet are written when a process stops', async () => {
    const slow = await startStage({ env: { ROLLUP_INTERVAL_MS: '60000' } });
    await slow.tenant.subscribe({ url: `${slow.receiver.url}/x` });
    const { id } = await slow.tenant.publish({ type: 'x', data: {} });
    await untilDelivery(slow.tenant, id, { state: 'delivered' });
    const sums = async () =>
      (
        await slow.database.query(
          'SELECT coalesce(sum(accepted), 0)::int AS accepted, coalesce(sum(delivered), 0)::int AS delivered FROM rollups',
        )
      )[0];
    expect(await sums()).toEqual({ accepted: 0, delivered: 0 });
    await Promise.all([slow.gateway.stop(), ...slow.dispatchers.map((one) => one.stop())]);
    expect(await sums()).toEqual({ accepted: 1, delivered: 2 });
  });
});

import type { StoredEvent } from '#domain/event.js';
import { Rollup, type TallyRow } from '#domain/stats/rollup.js';
import { createLogger } from '#observability/logger.js';
import { Metrics } from '#observability/metrics.js';
import type { Claimed } from '#store/claim.store.js';
import type { FinishedAttempt } from '#store/record.store.js';
import { Observer } from './observer.js';

const timings = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 12 };
const UUID = '01890000-0000-7000-8000-000000000001';
const claim: Claimed = {
  uuid: UUID,
  tenantId: 'tenant',
  eventUuid: UUID,
  subscriptionUuid: UUID,
  leaseToken: UUID,
  trigger: 'schedule',
  attemptCount: 0,
  retriesUsed: 0,
  bodySource: null,
  catalogVersion: 1n,
  startAfterMs: 0,
  probe: null,
};
const delivered: FinishedAttempt = {
  claim,
  attemptUuid: UUID,
  startedAt: new Date(),
  request: null,
  result: { kind: 'response', status: 200, headers: {}, bodyPrefix: Buffer.alloc(0), truncated: false, timings },
  outcome: { kind: 'delivered', reason: 'acknowledged' },
  bodySource: null,
  freeze: null,
};

describe('the metrics of a dispatcher', () => {
  const NOW = Date.parse('2026-01-01T00:01:00Z');
  let metrics: Metrics;
  let observer: Observer;
  beforeEach(() => {
    metrics = new Metrics('test');
    observer = new Observer(createLogger('test', 'silent'), metrics, new Rollup(), () => NOW);
  });
  const lines = async (name: string): Promise<string[]> =>
    (await metrics.registry.metrics()).split('\n').filter((line) => new RegExp(`^${name}_(sum|count)`).test(line));

  it('tell how long a delivery took from its event on, by the clock of the database, and only of those that nobody asked for again', async () => {
    observer.attempted(delivered, 'recorded', '2026-01-01T00:00:00Z');
    observer.attempted(delivered, 'late', '2026-01-01T00:00:00Z');
    observer.attempted({ ...delivered, claim: { ...claim, trigger: 'manual' } }, 'recorded', '2025-01-01T00:00:00Z');
    expect(await lines('tidings_delivery_seconds')).toEqual([
      'tidings_delivery_seconds_sum{service="test"} 60',
      'tidings_delivery_seconds_count{service="test"} 1',
    ]);
  });

  it('tell of the phases that a request had, and of no other', async () => {
    const phases = { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: 10, totalMs: 12 };
    observer.attempted({ ...delivered, result: { ...delivered.result, timings: phases } }, 'recorded', new Date(NOW).toISOString());
    expect((await lines('tidings_request_phase_seconds')).filter((line) => line.includes('_sum'))).toEqual([
      'tidings_request_phase_seconds_sum{service="test",phase="dns"} 0.001',
      'tidings_request_phase_seconds_sum{service="test",phase="connect"} 0.002',
      'tidings_request_phase_seconds_sum{service="test",phase="first_byte"} 0.01',
    ]);
  });

  it('tell how late an event was fanned out, and how long a due delivery waited for its claim', async () => {
    const event = { acceptedAt: '2026-01-01T00:00:58Z' } as StoredEvent;
    observer.fannedOut({ events: [event], matches: [], tookMs: 5 });
    observer.claimed('sweep', [1_500, 500]);
    expect(await lines('tidings_fanout_lag_seconds')).toContain('tidings_fanout_lag_seconds_sum{service="test"} 2');
    expect(await lines('tidings_claim_wait_seconds')).toEqual([
      'tidings_claim_wait_seconds_sum{service="test",by="sweep"} 2',
      'tidings_claim_wait_seconds_count{service="test",by="sweep"} 2',
    ]);
  });
});

describe('what the dispatcher notes of an attempt', () => {
  const noted = (finished: FinishedAttempt, recorded: 'recorded' | 'late'): TallyRow => {
    const figures = new Rollup();
    new Observer(createLogger('test', 'silent'), new Metrics('test'), figures).attempted(finished, recorded, new Date().toISOString());
    return figures.take().find(({ subscriptionId }) => subscriptionId === null)!;
  };
  const timed = ({ requestMs, deliveryMs }: TallyRow): number[] =>
    [requestMs, deliveryMs].map((counts) => counts.reduce((a, b) => a + b, 0));

  it('is how long its request took and, once delivered, how long that was after its event', () => {
    const row = noted(delivered, 'recorded');
    expect([row.delivered, row.late, timed(row)]).toEqual([1, 0, [1, 1]]);
  });

  it('is no delivery when its lease had passed to another', () => {
    const row = noted(delivered, 'late');
    expect([row.delivered, row.late, timed(row)]).toEqual([0, 1, [1, 0]]);
  });

  it('is no time since its event when somebody asked for it later', () => {
    for (const trigger of ['manual', 'replay'] as const) {
      const row = noted({ ...delivered, claim: { ...claim, trigger } }, 'recorded');
      expect([row.delivered, timed(row)]).toEqual([1, [1, 0]]);
    }
  });
});

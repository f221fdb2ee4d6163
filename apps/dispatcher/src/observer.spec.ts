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

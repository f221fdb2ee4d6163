import type { SendResult } from '#domain/send-result.js';
import type { DueAlert } from '#store/alert.store.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import { Alerts } from './alerts.js';

const alertOf = (n: number, subscriptionUuid: string): DueAlert => ({
  deliveryUuid: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
  subscriptionUuid,
  tenantId: 'tenant',
  eventUuid: '00000000-0000-7000-8000-000000000000',
  eventPublicId: null,
  eventType: 'test',
  state: 'failed',
  reason: 'attempts_exhausted',
  attemptCount: 1,
  lastStatus: 500,
  lastError: null,
  endedAt: null,
  tries: 0,
});

const SLOW = '00000000-0000-7000-8000-00000000000a';
const QUICK = '00000000-0000-7000-8000-00000000000b';

/** Alerts over a table in memory; `answer` ends the posts that wait. */
function open(due: DueAlert[]) {
  const takes: { limit: number; busy: string[] }[] = [];
  const finished: string[] = [];
  const faults: unknown[] = [];
  const waiting: ((result: SendResult) => void)[] = [];
  const served = {
    spec: { failureHandling: { alertEndpoint: { url: 'https://alerts.example' } } },
    row: {},
  } as unknown as ServedSubscription;
  const alerts = new Alerts(
    {
      take: (limit, perSubscription, _, busy) => {
        takes.push({ limit, busy });
        const counts = new Map<string, number>();
        const free = due.filter(({ subscriptionUuid: id }) => {
          counts.set(id, (counts.get(id) ?? 0) + 1);
          return !busy.includes(id) && counts.get(id)! <= perSubscription;
        });
        const taken = free.slice(0, limit);
        due = due.filter((alert) => !taken.includes(alert));
        return Promise.resolve(taken);
      },
      finish: (id) => Promise.resolve(void finished.push(id)),
    },
    { served: (wanted) => Promise.resolve(new Map(wanted.map(({ subscriptionUuid }) => [subscriptionUuid, served]))) },
    { open: (sealed) => sealed },
    () => new Promise((resolve) => waiting.push(resolve)),
    (error) => faults.push(error),
  );
  const answer = (): void => {
    for (const resolve of waiting.splice(0)) resolve({ kind: 'response', status: 200 } as SendResult);
  };
  return { alerts, takes, finished, faults, waiting, answer };
}

describe('alerts', () => {
  it('are begun and not waited for: an endpoint that never answers holds up nobody', async () => {
    const { alerts, waiting, finished, answer } = open([alertOf(1, SLOW)]);
    await alerts.post();
    expect([waiting.length, finished.length]).toEqual([1, 0]);
    answer();
    await alerts.stop(1_000);
    expect(finished).toHaveLength(1);
  });

  it('of one subscription have a bound of their own, and another’s are posted beside them', async () => {
    const many = Array.from({ length: 60 }, (_, n) => alertOf(n, SLOW));
    const { alerts, waiting, takes } = open([...many, alertOf(60, QUICK)]);
    await alerts.post();
    expect(waiting).toHaveLength(26);
    await alerts.post();
    expect(waiting).toHaveLength(26);
    expect(takes[1]).toEqual({ limit: 74, busy: [SLOW, QUICK] });
  });

  it('under way are waited for at the end, up to the deadline', async () => {
    const { alerts, finished, answer } = open([alertOf(1, SLOW)]);
    await alerts.post();
    await alerts.stop(1);
    expect(finished).toEqual([]);
    const stopped = alerts.stop(60_000);
    answer();
    await stopped;
    expect(finished).toHaveLength(1);
  });
});

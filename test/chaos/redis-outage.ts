import { setInterval as every, setTimeout as pause } from 'node:timers/promises';
import type { TenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { noteResumed } from '../support/figures.js';
import { type AppProcess, startGateway } from '../support/processes.js';
import { startRedis } from '../support/redis.js';
import type { RedisServer } from '../support/redis-server.js';
import { percentile, type Publication, publishSteadily, publishUntilAccepted } from './publisher.js';
import { openStage, type Stage, type Subscribed, through } from './stage.js';

/**
 * What the fault may add at most to a publisher's waiting, at the 95th percentile: less than the half second that a wake-up is given, and of a
 * hundred publishes not the one that a busy machine held up.
 */
const PUBLISH_P95_MS = 400;
const PER_SECOND = 25;
const CALM_MS = 1_500;
const READINESS_EVERY_MS = 250;
/** Longer than any test: an event published with this grace arrives through the queue or not at all. */
const NEVER_SWEPT = { OUTBOX_GRACE_MS: '60000' };

export interface OutageStage extends Stage {
  redis: RedisServer;
  dispatchers: AppProcess[];
  subscription: Subscribed;
  /** Publishes what only a wake-up brings. */
  queueOnly: TenantApi;
}

/** A Redis of its own, two dispatchers, and proof that the queue works before anything is done to it. */
export async function openOutageStage(): Promise<OutageStage> {
  const redis = await startRedis();
  const stage = await openStage({ env: { REDIS_URL: redis.url } });
  const [gateway, ...dispatchers] = await Promise.all([
    startGateway({ ...stage.env, ...NEVER_SWEPT }),
    stage.dispatcher(),
    stage.dispatcher(),
  ]);
  const subscription = await stage.subscribe('steady');
  const outage = { ...stage, redis, dispatchers, subscription, queueOnly: through(gateway, stage.tenant) };
  await untilQueueWorks(outage);
  return outage;
}

/**
 * Publishes at a steady rate for as long as the fault lasts. Whatever it is: every publish is accepted, and without delay; the gateway says
 * that it is ready; the queue works again afterwards for the same processes; everything accepted arrives once.
 */
export async function expectToEndure(stage: OutageStage, endureFault: () => Promise<void>): Promise<void> {
  const calm = await publishSteadily(stage.tenant, 'steady', { perSecond: PER_SECOND, during: pause(CALM_MS) });
  const fault = endureFault();
  const over = fault.then(() => Date.now());
  const [publications, readiness] = await Promise.all([
    publishSteadily(stage.tenant, 'steady', { perSecond: PER_SECOND, during: fault }),
    watchReadiness(stage.gateway, fault),
  ]);
  expect(publications.length).toBeGreaterThan(2 * PER_SECOND);
  expect([...calm, ...publications].filter(({ status }) => status !== 202)).toEqual([]);
  // Compared with itself a moment before, as the machine may be busy with other things.
  expect(p95Of(publications)).toBeLessThan(PUBLISH_P95_MS + p95Of(calm));
  expect(new Set(readiness)).toEqual(new Set([200]));
  for (const { id } of [...calm, ...publications]) stage.ledger.expect(id!, [stage.subscription]);

  await untilQueueWorks(stage);
  noteResumed(await over);
  await sweepTheRest(stage);
  await stage.ledger.check({ duplicates: 0, timeoutMs: 45_000 });
}

const p95Of = (publications: Publication[]): number =>
  percentile(
    publications.map(({ latencyMs }) => latencyMs),
    0.95,
  );

async function watchReadiness(gateway: AppProcess, fault: Promise<void>): Promise<number[]> {
  const statuses: number[] = [];
  const look = async (): Promise<void> => void statuses.push((await fetch(`${gateway.url}/health/ready`)).status);
  const stop = new AbortController();
  void fault.finally(() => stop.abort());
  try {
    for await (const _ of every(READINESS_EVERY_MS, undefined, { signal: stop.signal })) await look();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  }
  return statuses;
}

/** Resolves when both dispatchers, the same as ever, have sent something that only the queue can have brought them. */
export async function untilQueueWorks(stage: OutageStage): Promise<void> {
  const { dispatchers, queueOnly, subscription, receiver, ledger } = stage;
  const attemptsOf = (dispatcher: AppProcess): number => dispatcher.logs().split('delivery.attempted').length;
  const before = dispatchers.map(attemptsOf);
  await eventually(
    async () => {
      const { id } = await publishUntilAccepted(queueOnly, 'steady');
      ledger.expect(id, [subscription]);
      await receiver.waitFor(({ headers }) => headers['webhook-id'] === id, 1_000);
      for (const [i, dispatcher] of dispatchers.entries()) expect(attemptsOf(dispatcher)).toBeGreaterThan(before[i]!);
    },
    { timeoutMs: 20_000, what: 'both dispatchers to be woken through the queue' },
  );
}

/** Hands the sweep what was published for the queue only and lost its wake-up, so that the books can be closed. */
export const sweepTheRest = (stage: Stage): Promise<unknown> => stage.database.query('UPDATE event_outbox SET due_at = now()');

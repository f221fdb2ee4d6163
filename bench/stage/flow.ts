import { operator, type TenantApi } from '../../test/support/api.js';
import { eventually } from '../../test/support/eventually.js';
import type { Load, Published } from '../children/publisher.js';
import type { Behaviour } from '../children/receiver.js';
import { discrepancies, type Ids } from '../measure/books.js';
import { type Cost, startMeter } from '../measure/meter.js';
import { type Latency, latencyOf } from '../measure/percentiles.js';
import type { App } from './product.js';
import type { Stage } from './stage.js';

/** A product that runs on a stage, with one tenant on it. */
export interface Product {
  gateway: App;
  dispatchers: App[];
  tenant: TenantApi;
}

export interface Flow {
  load: Omit<Load, 'url' | 'key'>;
  /** The receiver's paths that an event of this type is for. */
  pathsOf: (type: string) => string[];
  behaviour?: Partial<Behaviour>;
  /** How long after the last publish everything must have arrived. */
  patienceMs?: number;
}

export interface Outcome {
  accepted: number;
  delivered: number;
  acceptedPerSecond: number;
  /** From the first publish to the last arrival. */
  deliveredPerSecond: number;
  seconds: number;
  publish: Latency;
  /** Publish to arrival, in milliseconds. */
  endToEnd: Latency;
  requests: number;
  mostOpen: number;
  cost: Cost;
  /** What the ledger says; a good run has none. */
  faults: string[];
}

export async function startProduct(stage: Stage, dispatchers: number): Promise<Product> {
  const gateway = await stage.start('gateway');
  const started = await Promise.all(Array.from({ length: dispatchers }, () => stage.start('dispatcher')));
  return { gateway, dispatchers: started, tenant: await operator(gateway.url).tenant(`bench-${Date.now()}`) };
}

export const stopProduct = ({ gateway, dispatchers }: Product): Promise<unknown> =>
  Promise.all([gateway, ...dispatchers].map((app) => app.stop()));

/** Publishes, waits until everything has arrived and been recorded, and holds the books against each other. */
export async function measureFlow(stage: Stage, product: Product, flow: Flow): Promise<Outcome> {
  const { gateway, dispatchers, tenant } = product;
  await stage.receiver.call('begin', flow.behaviour ?? {});
  const firstUuid = await newestPossibleUuid(stage);
  const stopMeter = await startMeter(stage, [gateway, ...dispatchers]);
  const published = await stage.publisher.call('publish', { ...flow.load, url: `${gateway.url}/v1/events`, key: tenant.key });
  const promised = promisedOf(published, flow);
  const total = countOf(promised);
  const late = await settled(stage, total, flow.patienceMs ?? 60_000);
  const cost = await stopMeter();
  const received = await stage.receiver.call('read');
  const accepted = published.accepted.reduce((sum, [, ids]) => sum + ids.length, 0);
  const acknowledged = new Map(received.acknowledged);
  const delivered = countOf(acknowledged);
  const seconds = (received.lastAtMs - published.startedAtMs) / 1_000;
  return {
    accepted,
    delivered,
    acceptedPerSecond: (accepted * 1_000) / (published.endedAtMs - published.startedAtMs),
    deliveredPerSecond: delivered / seconds,
    seconds,
    publish: latencyOf(published.latenciesMs),
    endToEnd: latencyOf(received.latenciesMs),
    requests: received.requests,
    mostOpen: received.mostOpen,
    cost,
    faults: [
      ...late,
      ...Object.entries(published.refused).map(([status, count]) => `${count} publishes answered ${status}`),
      ...discrepancies({ promised, acknowledged, stored: await storedSince(stage, firstUuid) }),
    ],
  };
}

const countOf = (ids: Ids): number => [...ids.values()].reduce((sum, some) => sum + some.length, 0);

function promisedOf(published: Published, { pathsOf }: Flow): Map<string, string[]> {
  const promised = new Map<string, string[]>();
  for (const [type, ids] of published.accepted)
    for (const path of pathsOf(type)) promised.set(path, [...(promised.get(path) ?? []), ...ids]);
  return promised;
}

/** The first uuid of an event that is accepted from now on. */
async function newestPossibleUuid({ db }: Stage): Promise<string> {
  const { rows } = await db.query<{ uuid: string }>('SELECT uuid_floor(clock_timestamp()) AS uuid /* bench */');
  return rows[0]!.uuid;
}

/** Waits for the receiver first, so that the database is not asked while it is busy. Returns a fault when it took too long. */
async function settled(stage: Stage, total: number, timeoutMs: number): Promise<string[]> {
  const whole = async (): Promise<void> => {
    const count = await stage.receiver.call('count');
    if (count < total) throw new Error(`${count} of ${total} have arrived.`);
  };
  const recorded = async (): Promise<void> => {
    const { rows } = await stage.db.query<{ left: number }>(
      'SELECT ((SELECT count(*) FROM event_outbox) + (SELECT count(*) FROM deliveries WHERE due_at IS NOT NULL))::int AS left /* bench */',
    );
    if (rows[0]!.left > 0) throw new Error(`${rows[0]!.left} events and deliveries are still under way.`);
  };
  try {
    await eventually(whole, { timeoutMs, what: 'all to arrive' });
    await eventually(recorded, { timeoutMs, what: 'all to be recorded' });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function storedSince(
  { db }: Stage,
  firstUuid: string,
): Promise<{ delivered: number; open: number; otherwise: number; waiting: number }> {
  const { rows } = await db.query<{ delivered: number; open: number; otherwise: number; waiting: number }>(
    `SELECT count(*) FILTER (WHERE state = 'delivered')::int AS delivered, count(*) FILTER (WHERE due_at IS NOT NULL)::int AS open,
       count(*) FILTER (WHERE due_at IS NULL AND state <> 'delivered')::int AS otherwise,
       (SELECT count(*) FROM event_outbox)::int AS waiting
     FROM deliveries WHERE id >= $1 /* bench */`,
    [firstUuid],
  );
  return rows[0]!;
}

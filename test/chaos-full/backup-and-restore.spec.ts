import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { deliveryUuid, formatId } from '#domain/ids.js';
import { storeAt } from '../chaos/own-postgres.js';
import { type Publication, publishMany, publishOnce, publishSteadily, publishUntilAccepted } from '../chaos/publisher.js';
import { openStage, type Stage, type Subscribed, type TestStore, through } from '../chaos/stage.js';
import { operator, type TenantApi, tenantApi } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { noteFigures } from '../support/figures.js';
import { type Cluster, startCluster } from '../support/postgres-cluster.js';
import { findPostgresTools, runTool } from '../support/postgres-tools.js';
import { type AppProcess, runMigrate, startDispatcher, startGateway } from '../support/processes.js';
import { type ReceivedRequest, type Receiver, startReceiver } from '../support/receiver.js';
import { startRedis } from '../support/redis.js';

const BEFORE = 60;
const UNFANNED = 20;
const PER_SECOND = 40;
const CALM_MS = 2_000;
const OTHER_KEYS = `k9:${Buffer.alloc(32, 9).toString('base64')}`;
/** So seldom that whatever arrives soon did so by the queue. */
const NO_SWEEP = { SWEEP_INTERVAL_MS: '60000', OUTBOX_GRACE_MS: '60000' };

/** What is known of the first database at its end. */
interface Source {
  schema: string;
  /** Events whose 202 had come before the dump began. */
  accepted: string[];
  during: Publication[];
  /** What its receiver got, as `<path> <event id>`. */
  arrived: Set<string>;
}

const tools = findPostgresTools();

if ('missing' in tools) {
  describe(`a dump and its restore (not tried: ${tools.missing})`, () => {
    it.skip('loses nothing that was accepted before it', () => undefined);
  });
} else {
  describe(`a database that is dumped under load and restored elsewhere (PostgreSQL ${tools.version})`, () => {
    let stage: Stage;
    let subscribed: Map<string, Subscribed>;
    let source: Source;
    let target: Cluster;
    let store: TestStore;
    let receiver: Receiver;
    /** What the dump says has not ended, as `<path> <event id>`: deliveries under way, on hold or waiting, and what events still to fan out make. */
    let open: string[];
    let env: Record<string, string>;
    let gateway: AppProcess;
    let tenant: TenantApi;

    beforeAll(async () => {
      const cluster = await startCluster(tools);
      expect(await runMigrate({ DATABASE_URL: cluster.url })).toMatchObject({ code: 0 });
      stage = await openStage({ database: storeAt(cluster.url), env: { LEASE_SLACK_MS: '3000', BREAKER_AFTER_MS: '600000' } });
      subscribed = await subscribeAll(stage);
      const dump = join(cluster.folder, 'dump');
      source = await loadAndDump(stage, cluster, dump);
      target = await startCluster(tools);
      await restore(target, dump);
      store = storeAt(target.url);
      open = await openIn(store);
      // Where the lost one was: subscriptions name it.
      await stage.receiver.close();
      receiver = await startReceiver({ port: stage.receiver.port });
      env = { ...stage.env, DATABASE_URL: target.url, REDIS_URL: (await startRedis()).url };
    });

    it('comes over whole: tables, partitions, functions, triggers, the queue’s schema and what has been migrated', async () => {
      expect(source.schema).toContain('CREATE SCHEMA bullmq');
      expect(await schemaOf(target)).toBe(source.schema);
      expect(await runMigrate({ DATABASE_URL: target.url })).toMatchObject({ code: 0, logs: expect.stringContaining('up to date') });
      const [row] = await store.query<{ n: number }>('SELECT count(*)::int AS n FROM audit_entries');
      expect(row!.n).toBeGreaterThanOrEqual(subscribed.size);
      for (const change of [`UPDATE audit_entries SET actor = 'nobody'`, 'DELETE FROM audit_entries', 'TRUNCATE audit_entries'])
        await expect(store.query(change)).rejects.toThrow('audit entries are only ever added');
    });

    it('has every event that was accepted before the dump began, and of every kind of open delivery some', async () => {
      const events = new Set((await store.query<{ id: string }>('SELECT id FROM events')).map(({ id }) => formatId('evt', id)));
      expect(source.accepted.filter((id) => !events.has(id))).toEqual([]);
      const [kinds] = await store.query<Record<string, number>>(
        `SELECT count(*) FILTER (WHERE state = 'sending')::int AS sending, count(*) FILTER (WHERE due_at = 'infinity')::int AS held,
           count(*) FILTER (WHERE state = 'pending' AND due_at < 'infinity')::int AS waiting, count(*) FILTER (WHERE state = 'failed')::int AS failed,
           count(*) FILTER (WHERE state = 'delivered')::int AS delivered, (SELECT count(*)::int FROM event_outbox) AS unfanned FROM deliveries`,
      );
      expect(Object.entries(kinds!).filter(([, count]) => count === 0)).toEqual([]);
      // Else nothing could be sent twice, and nothing would be shown.
      expect(open.filter((key) => source.arrived.has(key)).length).toBeGreaterThan(UNFANNED / 2);
    });

    it('sends nothing without the key that its secrets were sealed with, says so and charges nothing', async () => {
      const keyless = await startDispatcher({ ...env, SECRET_KEYS: OTHER_KEYS });
      await eventually(() => expect(keyless.logs()).toContain('secret_key_missing'));
      await keyless.stop();
      expect(receiver.requests).toHaveLength(0);
    });

    it('has every open delivery sent, once, under its own id and signed as before, and no other', async () => {
      gateway = await startGateway(env);
      tenant = tenantApi(gateway.url, stage.tenant.id, stage.tenant.key);
      const dispatcher = await startDispatcher(env);
      const unfinished = 'SELECT event_id FROM event_outbox UNION ALL SELECT id FROM deliveries WHERE ended_at IS NULL';
      await eventually(async () => expect(await store.query(unfinished)).toEqual([]), { timeoutMs: 60_000, what: 'all to end' });
      // All that is not sent by now is not sent at all: this one comes after it.
      await publishUntilAccepted(tenant, 'steady');
      await receiver.waitFor(open.length + 1, 20_000);
      const again = receiver.requests.map(keyOf);
      noteFigures({
        lost: open.filter((key) => !again.includes(key)).length,
        duplicates: again.filter((key) => source.arrived.has(key)).length,
      });
      expect(again.slice(0, -1).toSorted()).toEqual(open.toSorted());
      for (const request of receiver.requests) expect(() => verify(request)).not.toThrow();
      expect((await store.query(`SELECT FROM deliveries WHERE reason <> 'acknowledged' AND event_type <> 'refused'`)).length).toBe(0);
      const ids = await store.query<{ id: string; event: string; subscription: string }>(
        'SELECT id, event_id AS event, subscription_id AS subscription FROM deliveries',
      );
      for (const { id, event, subscription } of ids) expect(id).toBe(deliveryUuid(event, subscription));
      await dispatcher.stop();
    });

    it('knows a publish from before the dump for a repeat, and takes one from after it, which is lost, when it is repeated', async () => {
      const events = new Set((await store.query<{ id: string }>('SELECT id FROM events')).map(({ id }) => formatId('evt', id)));
      const known = source.during.find(({ id }) => id !== null && events.has(id))!;
      const lost = source.during.find(({ id }) => id !== null && !events.has(id))!;
      expect(await publishOnce(tenant, known.type, known.key)).toMatchObject({ status: 202, id: known.id, isDuplicate: true });
      expect(await publishOnce(tenant, lost.type, lost.key)).toMatchObject({ status: 202, isDuplicate: false });
    });

    it('goes on with the queue in Postgres as well', async () => {
      const { REDIS_URL: _, ...queueless } = env;
      const settings = { ...queueless, ...NO_SWEEP };
      const [other] = await Promise.all([startGateway(settings), startDispatcher(settings)]);
      // What the sweep at the start could have found is out of the way with the first of them.
      for (const type of ['steady', 'steady']) {
        const { id } = await publishUntilAccepted(through(other, tenant), type);
        await receiver.waitFor((request) => keyOf(request) === `/${type} ${id}`);
      }
      const keys = await operator(other.url).send<{ items: object[] }>('GET', `/v1/keys?tenantId=${tenant.id}`);
      expect(keys).toMatchObject({ status: 200, body: { items: [{ id: expect.any(String) }] } });
    });

    const verify = (request: ReceivedRequest): unknown =>
      new Webhook(subscribed.get(request.path.slice(1))!.secret).verify(request.body.toString(), request.headers as Record<string, string>);
  });
}

const keyOf = ({ path, headers }: ReceivedRequest): string => `${path} ${String(headers['webhook-id'])}`;

/** One that is quick, one that has its deliveries wait for a retry, one that takes one at a time, and one that gives up. */
async function subscribeAll(stage: Stage): Promise<Map<string, Subscribed>> {
  stage.receiver.on('/later', { kind: 'answer', status: 503 });
  stage.receiver.on('/narrow', { kind: 'answer', delayMs: 300 });
  stage.receiver.on('/refused', { kind: 'answer', status: 500 });
  const retry = { kind: 'schedule' as const, delaysSeconds: [0, 20], jitter: 0, maxAttempts: 5 };
  return new Map([
    ['steady', await stage.subscribe('steady')],
    ['later', await stage.subscribe('later', { failureHandling: { retry } })],
    ['narrow', await stage.subscribe('narrow', { maxConcurrency: 1 })],
    ['refused', await stage.subscribe('refused', { failureHandling: { retry: null } })],
  ]);
}

/** Work of every kind; a dump while publishing goes on, with events that wait for their fan-out at its moment; more work; and then the end of it all. */
async function loadAndDump(stage: Stage, cluster: Cluster, dump: string): Promise<Source> {
  const { tenant, receiver, database } = stage;
  const dispatcher = await stage.dispatcher();
  const accepted = await publishMany(tenant, 'steady', BEFORE);
  for (const type of ['later', 'narrow', 'refused']) accepted.push(...(await publishMany(tenant, type, UNFANNED)));
  await eventually(async () =>
    expect(await database.query(`SELECT FROM deliveries WHERE event_type = 'later' AND attempt_count = 1`)).toHaveLength(UNFANNED),
  );
  const trouble = (async () => {
    await pause(CALM_MS);
    dispatcher.pause();
    accepted.push(...(await publishMany(tenant, 'steady', UNFANNED)));
    const dumping = runTool(cluster.tools, 'pg_dump', ['--format=custom', `--file=${dump}`, `--dbname=${cluster.url}`]);
    await Promise.race([dumping, eventually(async () => expect(await database.query(SNAPSHOT_TAKEN)).toHaveLength(1))]);
    dispatcher.resume();
    await dumping;
    await pause(CALM_MS);
  })();
  const during = await publishSteadily(tenant, 'steady', { perSecond: PER_SECOND, during: trouble });
  const schema = await schemaOf(cluster);
  await Promise.all([stage.gateway.kill(), dispatcher.kill()]);
  await cluster.kill();
  return { schema, accepted, during, arrived: new Set(receiver.requests.map(keyOf)) };
}

/** From its first statement on pg_dump sees what was committed by then. */
const SNAPSHOT_TAKEN = `SELECT 1 FROM pg_stat_activity WHERE application_name = 'pg_dump' AND backend_xmin IS NOT NULL`;

const restore = ({ tools, url }: Cluster, dump: string): Promise<string> =>
  runTool(tools, 'pg_restore', ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${url}`, dump]);

/** All that is defined, without what differs with every run of the tool. */
async function schemaOf({ tools, url }: Cluster): Promise<string> {
  const text = await runTool(tools, 'pg_dump', ['--schema-only', '--no-owner', `--dbname=${url}`]);
  return text
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
    .join('\n');
}

async function openIn(store: TestStore): Promise<string[]> {
  const rows = await store.query<{ type: string; event: string }>(
    `SELECT event_type AS type, event_id AS event FROM deliveries WHERE ended_at IS NULL
     UNION ALL SELECT e.type, e.id FROM event_outbox o JOIN events e ON e.id = o.event_id`,
  );
  return rows.map(({ type, event }) => `/${type} ${formatId('evt', event)}`);
}

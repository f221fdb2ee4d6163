import { operator, tenantApi, type TenantApi } from '../support/api.js';
import { makeCertificate } from '../support/certificates.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type AppProcess, type Environment, runReseal, startDispatcher, startGateway } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { isSignedWith, untilAllEnded, untilDelivery } from './stage.js';

const key = (kid: string, byte: number): string => `${kid}:${Buffer.alloc(32, byte).toString('base64')}`;
const [K1, K2] = [key('k1', 7), key('k2', 9)];
const HEADER = 'Bearer secret-of-the-header';
const PASSWORD = 'secret-of-the-credentials';

interface Made {
  id: string;
  secret: string;
}

describe('the key that seals secrets is changed under deliveries', () => {
  let db: TestDatabase;
  let receiver: Receiver;
  let gateway: AppProcess;
  let dispatcher: AppProcess;
  let tenant: TenantApi;
  let signed: Made;
  let rotated: Made;
  const published: string[] = [];

  const env = (keys: string): Environment => ({
    DATABASE_URL: db.url,
    SECRET_KEYS: keys,
    SWEEP_INTERVAL_MS: '100',
    OUTBOX_GRACE_MS: '200',
    LEASE_SLACK_MS: '1000',
  });
  const start = async (keys: string): Promise<void> => {
    [gateway, dispatcher] = await Promise.all([startGateway(env(keys)), startDispatcher(env(keys))]);
  };
  const restart = async (keys: string): Promise<void> => {
    await Promise.all([gateway.stop(), dispatcher.stop()]);
    await start(keys);
    // The same tenant, by the gateway that runs now.
    tenant = tenantApi(gateway.url, tenant.id, tenant.key);
  };
  const publish = async (type = 'signed'): Promise<string> => {
    const { id } = await tenant.publish({ type, data: { n: published.length } });
    published.push(id);
    return id;
  };
  /** Everything in the database, as text. */
  const sealedUnder = async (kid: string): Promise<number> => {
    const tables = await db.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps = await Promise.all(tables.map(({ name }) => db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)));
    return dumps.flat().filter(({ row }) => row.includes(`v1.${kid}.`)).length;
  };

  beforeAll(async () => {
    db = await createTestDatabase();
    receiver = await startReceiver();
    await start(K1);
    tenant = await operator(gateway.url).tenant('rotation');
    signed = await tenant.subscribe({
      url: `${receiver.url}/signed`,
      eventTypes: ['signed'],
      headers: { Authorization: { value: HEADER, secret: true } },
    });
    const { cert, key } = makeCertificate('tidings');
    rotated = await tenant.subscribe({
      url: `${receiver.url}/failing`,
      eventTypes: ['failing'],
      auth: { kind: 'basic', username: 'tidings', password: PASSWORD },
      tls: { clientCertificate: { certificate: cert, privateKey: key } },
      failureHandling: {
        retry: null,
        alertEndpoint: { url: `${receiver.url}/alert`, headers: { 'X-Alert': { value: HEADER, secret: true } } },
      },
    });
    receiver.on('/failing', { kind: 'answer', status: 500 });
    await tenant.send('POST', `/v1/subscriptions/${rotated.id}/secrets/rotate`, { body: { graceSeconds: 3600 } });
    // One that is deleted keeps its alert endpoint's headers.
    const { id } = await tenant.subscribe({
      url: `${receiver.url}/gone`,
      eventTypes: ['gone'],
      failureHandling: { alertEndpoint: { url: `${receiver.url}/alert`, headers: { 'X-Alert': { value: HEADER, secret: true } } } },
    });
    await tenant.send('DELETE', `/v1/subscriptions/${id}`);
    await publish();
  });

  it('refuses to say that it is done while a key is missing, and touches nothing', async () => {
    const before = await sealedUnder('k1');
    const { code, logs } = await runReseal(env(K2));
    expect([code, await sealedUnder('k1')]).toEqual([1, before]);
    expect(logs).toContain('secret_key_missing');
    for (const text of [K1, K2, HEADER]) expect(logs).not.toContain(text.split(':').at(-1));
  });

  it('takes what both keys have sealed, seals all of it anew while events are delivered and secrets are changed, and needs the old key no more', async () => {
    await restart(`${K2},${K1}`);
    const reseal = { isDone: false };
    const traffic = (async () => {
      while (!reseal.isDone) await publish();
    })();
    const changes = (async () => {
      for (let i = 0; i < 3; i++) {
        const { status, body } = await tenant.send<{ secret: string }>('POST', `/v1/subscriptions/${signed.id}/secrets/rotate`, {
          body: { graceSeconds: 3600 },
        });
        expect([status, body]).toEqual([200, expect.anything()]);
        signed = { ...signed, secret: body.secret };
      }
    })();
    const { code, logs } = await runReseal(env(`${K2},${K1}`));
    await changes;
    reseal.isDone = true;
    await traffic;
    expect([code, logs]).toEqual([0, expect.stringContaining('No other key than "k2" is needed')]);
    expect(await sealedUnder('k1')).toBe(0);
    // Once more finds nothing to do.
    expect((await runReseal(env(`${K2},${K1}`))).logs).toContain('0 texts of');

    await restart(K2);
    const id = await publish();
    await untilDelivery(tenant, id, { state: 'delivered' });
    const last = receiver.to('/signed').find(({ headers }) => headers['webhook-id'] === id)!;
    expect([isSignedWith(signed.secret, last), last.headers['authorization']]).toEqual([true, HEADER]);
    await publish('failing');
    const failing = await receiver.waitFor(({ path }) => path === '/failing');
    expect(failing.headers['authorization']).toBe(`Basic ${Buffer.from(`tidings:${PASSWORD}`).toString('base64')}`);
    const alert = await receiver.waitFor(({ path }) => path === '/alert');
    expect(alert.headers['x-alert']).toBe(HEADER);
  });

  it('never sent anything unsigned, without its secret header, twice, or at the cost of an attempt', async () => {
    await untilAllEnded(db);
    const came = receiver.to('/signed');
    expect(came.filter(({ headers }) => headers['authorization'] !== HEADER || !headers['webhook-signature'])).toEqual([]);
    const { length } = published;
    expect(new Set(came.map(({ headers }) => headers['webhook-id'])).size).toBe(length - 1);
    const faulted = await db.query(`SELECT FROM attempts WHERE outcome NOT IN ('delivered', 'failed')`);
    expect(faulted).toEqual([]);
  });

  it('a key that is missing sends nothing and charges nothing, and all goes on when it is back', async () => {
    await restart(K1);
    const before = receiver.requests.length;
    const id = await publish();
    await eventually(() => expect(dispatcher.logs()).toContain('secret_key_missing'), { what: 'the missing key to be told' });
    const [delivery] = await tenant.deliveriesOf(id);
    expect([delivery?.state, delivery?.attemptCount]).toEqual(['pending', 0]);
    expect(receiver.requests.length).toBe(before);
    await restart(`${K1},${K2}`);
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
  });
});

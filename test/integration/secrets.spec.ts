import { Redis } from 'ioredis';
import { freePort } from '../../apps/standalone/src/ports.js';
import { Webhook } from 'standardwebhooks';
import { caller, operator, type Send, tenantApi, type TenantApi } from '../support/api.js';
import { atEnd } from '../support/cleanup.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { type AppProcess, runMigrate, runReseal, startDispatcher, startGateway } from '../support/processes.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { claimRedisDatabase } from '../support/redis.js';
import { credential } from '../support/route-requests.js';
import { BOOTSTRAP_KEY, SECRET_KEYS } from '../support/test-settings.js';

const RAW_SECRET = Buffer.from('canary-signing-secret-0123456789');
const RAW_ROTATED = Buffer.from('canary-rotated-secret-0123456789');
const CANARIES: Record<string, string> = {
  'a signing secret': `whsec_${RAW_SECRET.toString('base64')}`,
  'a rotated signing secret': `whsec_${RAW_ROTATED.toString('base64')}`,
  'a signing secret, decoded': RAW_SECRET.toString(),
  'a secret header': 'Bearer canary-header-0123456789',
  'a secret header of the alert endpoint': 'canary-alert-header-0123456789',
  'a secret header given later': 'canary-patched-header-0123456789',
  'a secret that was refused': 'canary-refused-secret-0123456789',
  'the bootstrap key': BOOTSTRAP_KEY,
  'the key that seals secrets': SECRET_KEYS.split(':')[1]!,
  'the password of Redis': 'canary-redis-password-0123456789',
  'a secret of OS1': Buffer.from('canary-os1-secret-00123456789012').toString('base64'),
  'a secret of Socotra': 'canary-socotra-secret-0123456789',
  'a secret of Omnitron': 'canary-omnitron-secret-0123456789',
  'a password of Omnitron': 'canary-omnitron-password-0123456789',
  'a header of Contensis': 'Bearer canary-contensis-header-0123456789',
};

/** No secrets of ours to keep from their tenant, who has stored them or sees them; but nobody else's business. */
const PRIVATE: Record<string, string> = {
  'what an event says': 'private-event-data-0123456789',
  'the query of a url': 'private-url-token-0123456789',
  // Its clients mark no header as a secret and are shown all of them, so it is stored and shown like any header that is not marked.
  'a header of Socotra': 'Bearer private-socotra-header-0123456789',
  'a cookie': 'private-cookie-0123456789',
  'a key that is none': 'Bearer private-wrong-key-0123456789',
  'the query of a request': 'private-query-0123456789',
};

/** The spellings in which a secret would be as good as plain. */
const spellings = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
};

describe('secrets', () => {
  let db: TestDatabase;
  let gateway: AppProcess;
  let dispatcher: AppProcess;
  let receiver: Receiver;
  let tenant: TenantApi;
  let subscriptionId: string;
  const answers: { from: string; text: string }[] = [];
  const redisCommands: string[] = [];
  const created: string[] = [];
  /** Statuses by which dialects have taken what they were given. */
  const taken: Record<string, number> = {};

  /** The same caller, with all that it is told written down. */
  const listening =
    (send: Send): Send =>
    async (method, path, options) => {
      const answer = await send<unknown>(method, path, options);
      answers.push({ from: `${method} ${path}`, text: JSON.stringify([[...answer.headers], answer.body]) });
      return answer as never;
    };

  beforeAll(async () => {
    db = await createTestDatabase();
    const redisUrl = await claimRedisDatabase();
    const redis = new Redis(redisUrl);
    const monitor = await redis.monitor();
    monitor.on('monitor', (_time: string, args: string[]) => redisCommands.push(args.join(' ')));
    atEnd('the monitor of Redis', () => [monitor, redis].forEach((connection) => connection.disconnect()));
    // Everything that is ever logged, is logged.
    CANARIES['the password of Postgres'] = new URL(db.url).password;
    const withPassword = redisUrl.replace('://', `://:${CANARIES['the password of Redis']}@`);
    const env = { DATABASE_URL: db.url, REDIS_URL: withPassword, LOG_LEVEL: 'trace', SWEEP_INTERVAL_MS: '100' };
    [gateway, dispatcher] = await Promise.all([startGateway(env), startDispatcher(env)]);
    receiver = await startReceiver();
    const { id } = await operator(gateway.url).createTenant('secrets');
    const { key } = (
      await operator(gateway.url).send<{ key: string }>('POST', '/v1/keys', {
        body: { tenantId: id, name: 'test', permissions: ['*'], appPermissions: ['a'] },
      })
    ).body;
    CANARIES['a tenant’s key'] = key;
    tenant = { ...tenantApi(gateway.url, id, key), send: listening(caller(gateway.url, key)) };
    await live();
    await liveByDialects();
    await fail();
  });

  /** The life of a subscription, by every route that could say too much. */
  async function live(): Promise<void> {
    receiver.on('/failing', { kind: 'answer', status: 500 });
    const made = await tenant.subscribe({
      url: `${receiver.url}/ok`,
      eventTypes: ['ok'],
      secret: CANARIES['a signing secret']!,
      headers: { Authorization: { value: CANARIES['a secret header']!, secret: true }, 'X-Plain': 'plain' },
    });
    subscriptionId = made.id;
    created.push(JSON.stringify(made));
    await tenant.subscribe({
      url: `${receiver.url}/failing`,
      eventTypes: ['failing'],
      failureHandling: {
        retry: { kind: 'fixed', delaySeconds: 0.1, maxAttempts: 2 },
        alertEndpoint: {
          url: `${receiver.url}/alert`,
          headers: { 'X-Alert': { value: CANARIES['a secret header of the alert endpoint']!, secret: true } },
        },
        suspend: true,
      } as never,
    });
    const event = await tenant.publish({ type: 'ok', data: { n: 1 } });
    const failing = await tenant.publish({ type: 'failing', data: {} });
    await receiver.waitFor(({ path }) => path === '/ok');
    await receiver.waitFor(({ path }) => path === '/alert');

    const path = `/v1/subscriptions/${made.id}`;
    const rotated = await caller(gateway.url, tenant.key)('POST', `${path}/secrets/rotate`, {
      body: { secret: CANARIES['a rotated signing secret'] },
    });
    created.push(JSON.stringify(rotated.body));
    await tenant.send('PATCH', path, {
      body: { addHeaders: { 'X-Later': { value: CANARIES['a secret header given later'], secret: true } } },
    });
    await tenant.send('PATCH', path, {
      body: { headers: { 'X-Bad': { value: `${CANARIES['a secret that was refused']}\n`, secret: true } } },
    });
    await tenant.send('POST', '/v1/subscriptions', {
      body: { name: 'n', url: 'https://example.com/', secret: CANARIES['a secret that was refused'] },
    });
    const read = [
      path,
      `${path}/secrets`,
      `${path}/stats`,
      '/v1/subscriptions',
      '/v1/keys',
      '/v1/events',
      '/v1/deliveries',
      '/v1/diverted',
    ];
    for (const one of [...read, `/v1/events/${event.id}`, `/v1/events/${event.id}/explain`, `/v1/events/${event.id}/deliveries`])
      await tenant.send('GET', one);
    for (const { id } of [...(await tenant.deliveriesOf(event.id)), ...(await tenant.deliveriesOf(failing.id))])
      for (const part of ['attempts', 'body']) await tenant.send('GET', `/v1/deliveries/${id}/${part}`);
    await tenant.send('POST', '/v1/explain', { body: { type: 'ok', data: {} } });
    await tenant.send('POST', `${path}/test`, { body: {} });
    await tenant.send('POST', `${path}/duplicate`);
    await eventually(() => expect(receiver.to('/ok').length).toBeGreaterThanOrEqual(2));
    for (const url of [gateway.url, gateway.metricsUrl, dispatcher.metricsUrl])
      for (const one of ['/metrics', '/health/ready', '/openapi.json']) await listening(caller(url))('GET', one);
  }

  /** The same by each dialect, whose answers are read by another key of the tenant than the one that has made things. */
  async function liveByDialects(): Promise<void> {
    const [[{ id: uuid }], { key: other }] = await Promise.all([
      db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'secrets'`) as Promise<[{ id: string }]>,
      operator(gateway.url).createKey(tenant.id),
    ]);
    CANARIES['another key of the tenant'] = other;
    const url = `${receiver.url}/dialect?token=${PRIVATE['the query of a url']}`;
    const contensis = '/api/management/projects/secrets/events/webhooks/subscriptions';
    const bodies: Record<string, unknown> = {
      '/core/api/v1/webhooks/apps': { permissions: ['a'] },
      '/core/api/v1/webhooks/topics/entity/events': { events: [{ name: 'ok' }] },
      '/core/api/v1/webhooks/subscriptions': {
        topic: 'entity',
        events: ['ok'],
        webhook: { url, signatureKey: CANARIES['a secret of OS1'] },
      },
      '/api/v1/oms/hooks': {
        target_url: url,
        event_type: 'ok',
        secret_key: CANARIES['a secret of Omnitron'],
        config: { auth: { auth_type: 'basic', username: 'u', password: CANARIES['a password of Omnitron'] } },
      },
      [`/event/${uuid}/webhooks`]: {
        name: 'n',
        enabled: true,
        eventTypes: ['ok'],
        failureHandling: {},
        endpoint: {
          url,
          secret: CANARIES['a secret of Socotra'],
          hmacEnabled: true,
          headers: { Authorization: [PRIVATE['a header of Socotra']] },
        },
      },
      [contensis]: {
        name: { 'en-GB': 'n' },
        url,
        topics: [{ resourceType: 'entry', event: ['updated'] }],
        headers: { authorization: { value: CANARIES['a header of Contensis'], secret: true } },
      },
    };
    const by =
      (key: string): Send =>
      (method, path, options = {}) =>
        caller(gateway.url)(method, path, {
          ...options,
          headers: { ...credential(path, key), cookie: PRIVATE['a cookie']!, ...options.headers },
        });
    for (const [path, body] of Object.entries(bodies)) {
      const { status, body: made } = await by(tenant.key)<unknown>('POST', path, { body });
      // Who makes something may be told what it has made: that is its own.
      created.push(JSON.stringify(made));
      taken[path] = status;
      await listening(by(other))('POST', path, { body: { ...(body as object), nonsense: true } });
      await listening(by(other))('GET', path.endsWith('/webhooks') ? `${path}/list` : path);
      const refused = { authorization: PRIVATE['a key that is none']!, 'x-coreos-access': PRIVATE['a key that is none']! };
      await by(other)('GET', path, { headers: refused });
      await by(other)('GET', `${path}?token=${PRIVATE['the query of a request']}`);
    }
    await listening(by(other))('GET', '/api/v1/oms/oms_hook_events');
    await tenant.publish({ type: 'ok', data: { private: PRIVATE['what an event says'] } });
    await eventually(() => expect(receiver.to('/dialect').length).toBeGreaterThanOrEqual(2));
  }

  /** Failures of our own: what the database says then has whole rows in it. */
  async function fail(): Promise<void> {
    const body = {
      name: 'n',
      url: `https://example.com/?token=${PRIVATE['the query of a url']}`,
      secret: CANARIES['a signing secret'],
      headers: { 'X-Key': { value: CANARIES['a secret header'], secret: true } },
    };
    await db.query('ALTER TABLE subscriptions ADD CONSTRAINT nothing_more CHECK (version_no < 0) NOT VALID');
    await db.query('ALTER TABLE events ADD CONSTRAINT nothing_more CHECK (id IS NULL) NOT VALID');
    const refused = [
      await tenant.send('POST', '/v1/subscriptions', { body }),
      await tenant.send('POST', '/v1/events', { body: { type: 'ok', data: { private: PRIVATE['what an event says'] } } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([500, 500]);
    await db.query('ALTER TABLE subscriptions DROP CONSTRAINT nothing_more');
    await db.query('ALTER TABLE events DROP CONSTRAINT nothing_more');
  }

  const found = (text: string): string[] =>
    Object.entries(CANARIES).flatMap(([name, secret]) => (spellings(secret).some((spelling) => text.includes(spelling)) ? [name] : []));

  it('reach the receiver, to whom they are addressed', () => {
    const [first] = receiver.to('/ok');
    expect(first!.headers['authorization']).toBe(CANARIES['a secret header']);
    expect(() =>
      new Webhook(CANARIES['a signing secret']!).verify(first!.body.toString(), first!.headers as Record<string, string>),
    ).not.toThrow();
    const last = receiver.to('/ok').at(-1)!;
    expect(last.headers['x-later']).toBe(CANARIES['a secret header given later']);
    for (const secret of ['a signing secret', 'a rotated signing secret'])
      expect(() => new Webhook(CANARIES[secret]!).verify(last.body.toString(), last.headers as Record<string, string>)).not.toThrow();
    expect(receiver.to('/alert')[0]!.headers['x-alert']).toBe(CANARIES['a secret header of the alert endpoint']);
  });

  it('are shown where they are made, and only signing secrets are', () => {
    expect(found(created[0]!)).toEqual(['a signing secret', 'a signing secret, decoded']);
    expect(found(created[1]!)).toEqual(['a rotated signing secret']);
  });

  it('are in no other answer', () => {
    expect(answers.length).toBeGreaterThan(25);
    expect(answers.filter(({ text }) => text.includes(subscriptionId)).length).toBeGreaterThan(5);
    // The attempts do tell that there was a secret header.
    expect(answers.some(({ from, text }) => from.endsWith('/attempts') && text.includes('"Authorization":"***"'))).toBe(true);
    expect(answers.flatMap(({ from, text }) => found(text).map((name) => [from, name]))).toEqual([]);
  });

  it('are in no log line, though everything is logged', () => {
    expect(gateway.logs()).toContain('request.refused');
    expect(dispatcher.logs()).toContain('delivery.attempted');
    expect(gateway.logs()).toContain('request.failed');
    expect(found(gateway.logs())).toEqual([]);
    expect(found(dispatcher.logs())).toEqual([]);
  });

  it('are left out with what is private: no log line, no metric and no job has it', () => {
    const metrics = answers.filter(({ from }) => from.endsWith('/metrics')).map(({ text }) => text);
    expect(metrics.join('')).toContain('http_request_duration_seconds');
    const places = { gateway: gateway.logs(), dispatcher: dispatcher.logs(), metrics: metrics.join(), queue: redisCommands.join() };
    const told = Object.entries(places).flatMap(([place, text]) =>
      Object.entries(PRIVATE).flatMap(([name, words]) => (text.includes(words.replace('Bearer ', '')) ? [[place, name]] : [])),
    );
    expect(told).toEqual([]);
    // They did come this way.
    expect(Object.values(taken).filter((status) => status >= 300)).toEqual([]);
    expect(receiver.requests.some(({ body }) => body.includes(PRIVATE['what an event says']!))).toBe(true);
  });

  it('are in no table', async () => {
    const tables = await db.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const dumps = await Promise.all(
      tables.map(async ({ name }) => ({
        name,
        text: (await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)).map(({ row }) => row).join('\n'),
      })),
    );
    const byName = new Map(dumps.map(({ name, text }) => [name, text]));
    // The dump is whole: what is no secret is in it.
    expect(byName.get('public.subscriptions')).toContain('X-Plain');
    expect(byName.get('public.signing_secrets')).toContain('v1.k1.');
    expect(dumps.flatMap(({ name, text }) => found(text).map((canary) => [name, canary]))).toEqual([]);
  });

  it('never go through the queue', () => {
    const all = redisCommands.join('\n');
    expect(all).toContain('fanout');
    expect(all).toContain('wake');
    expect(found(all)).toEqual([]);
  });
});

describe('a process that cannot start', () => {
  it('tells why without a password or a key', async () => {
    const port = await freePort();
    const env = {
      DATABASE_URL: `postgres://app:canary-password-0123456789@127.0.0.1:${port}/none`,
      REDIS_URL: `redis://:canary-password-0123456789@127.0.0.1:${port}`,
      LOG_LEVEL: 'trace',
      BOOTSTRAP_KEY: 'canary-bootstrap-key-0123456789-0123456789',
    };
    const broken = { ...env, SECRET_KEYS: 'k1:canary-broken-key' };
    const told = await Promise.all([runMigrate(env), runReseal(env), runMigrate(broken), runReseal(broken)]);
    for (const { code, logs } of told) {
      expect(code).not.toBe(0);
      expect(logs.length).toBeGreaterThan(20);
      expect(logs).not.toContain('canary');
    }
  });
});

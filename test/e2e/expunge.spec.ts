import { operator } from '../support/api.js';
import type { Replay } from '../support/api-shapes.js';
import type { TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { fillGrown } from '../support/grown-journal.js';
import { startDispatcher } from '../support/processes.js';
import { credential } from '../support/route-requests.js';
import { gate, startStage, untilDelivery, type Stage } from './stage.js';

interface Expunge {
  id: string;
  state: 'running' | 'done';
  events: number;
  deliveriesCancelled: number;
}

/** Tables of the whole database, the queue's among them, in which a word stands anywhere, as text or as bytes. */
async function tablesWith(db: TestDatabase, word: string): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
  );
  const hex = Buffer.from(word).toString('hex');
  const found = [];
  for (const { name } of tables) {
    const rows = await db.query(`SELECT FROM ${name} t WHERE t::text LIKE $1 OR t::text LIKE $2 LIMIT 1`, [`%${word}%`, `%${hex}%`]);
    if (rows.length > 0) found.push(name.replace(/_\d{8}$/, ''));
  }
  return found.sort();
}

const templated = {
  headers: { 'X-Name': '{/data/name}' },
  templates: { '*': { name: '{/data/name}', user: '{/user/name}' } },
};

describe('an expunged payload', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });

  const expunge = async (eventId: string): Promise<Expunge> => {
    const { status, body } = await stage.tenant.send<Expunge>('POST', `/v1/events/${eventId}/expunge`);
    expect(status).toBe(200);
    return body;
  };
  const untilGone = (word: string): Promise<void> => eventually(async () => expect(await tablesWith(stage.database, word)).toEqual([]));

  it('is in no table any more, nor what was made of it and answered to it; the history stays', async () => {
    const { tenant, receiver, database } = stage;
    const word = 'Jane-Canary';
    receiver.on('/ok', { kind: 'answer', headers: { 'x-echo': word }, body: `thanks, ${word}` });
    receiver.on(`/broken/${word}`, { kind: 'answer', status: 500, body: word });
    const well = await tenant.subscribe({ url: `${receiver.url}/ok?of={/data/name}`, eventTypes: ['customer.*'], ...templated });
    const once = await tenant.subscribe({
      url: `${receiver.url}/broken/{/data/name}`,
      eventTypes: ['customer.*'],
      ...templated,
      failureHandling: { retry: { kind: 'fixed', delaySeconds: 3_600, maxAttempts: 3 } },
    });
    const { id } = await tenant.publish({
      type: 'customer.created',
      data: { name: word },
      user: { id: '1', name: word },
      resource: { type: 'customer', id: '7', fullName: word },
    });
    const [delivered, waiting] = await Promise.all([
      untilDelivery(tenant, id, { state: 'delivered' }, well.id),
      untilDelivery(tenant, id, { state: 'pending', attemptCount: 1 }, once.id),
    ]);
    expect(await tablesWith(database, word)).toEqual(['public.attempts', 'public.delivery_bodies', 'public.events']);

    expect(await expunge(id)).toMatchObject({ state: 'done', events: 1, deliveriesCancelled: 1 });
    await untilGone(word);
    expect(await tenant.delivery(waiting.id)).toMatchObject({ state: 'cancelled', reason: 'expunged', attemptCount: 1, lastStatus: 500 });
    expect(await tenant.attempts(delivered.id)).toMatchObject([
      { outcome: 'delivered', request: null, response: { status: 200, headers: {}, body: '' } },
    ]);
    const { body } = await tenant.send<object>('GET', `/v1/events/${id}`);
    expect(body).toMatchObject({ id, type: 'customer.created', resource: { type: 'customer', id: '7' }, payload: null });
    for (const dlv of [delivered.id, waiting.id]) {
      const resent = await tenant.send<{ code: string }>('POST', `/v1/deliveries/${dlv}/resend`);
      expect([resent.status, resent.body.code]).toEqual([409, 'event_expunged']);
    }
  });

  it('does not come back with a request that was under way, whether that succeeds or fails', async () => {
    const { tenant, receiver } = stage;
    const word = 'Flight-Canary';
    const { opened, open } = gate();
    for (const [path, status] of [
      ['/held-200', 200],
      ['/held-500', 500],
    ] as const) {
      receiver.on(path, { kind: 'answer', status, body: word, headers: { 'x-echo': word }, after: opened });
      await tenant.subscribe({ url: `${receiver.url}${path}?of={/data/name}`, eventTypes: ['flight'], ...templated });
    }
    const { id } = await tenant.publish({ type: 'flight', data: { name: word }, user: { id: '1', name: word } });
    await Promise.all([
      receiver.waitFor((one) => one.path.startsWith('/held-200')),
      receiver.waitFor((one) => one.path.startsWith('/held-500')),
    ]);
    expect(await expunge(id)).toMatchObject({ state: 'done', events: 1, deliveriesCancelled: 0 });
    open();
    await eventually(async () => {
      const deliveries = await tenant.deliveriesOf(id);
      expect(deliveries.map(({ state, reason, attemptCount }) => [state, reason, attemptCount]).sort()).toEqual([
        ['cancelled', 'expunged', 1],
        ['delivered', 'acknowledged', 1],
      ]);
    });
    await untilGone(word);
  });

  it('is passed over by replays, which say so', async () => {
    const { tenant, receiver } = stage;
    receiver.on('/replayed', { kind: 'answer', status: 400 });
    const from = new Date(Date.now() - 60_000).toISOString();
    const subscription = await tenant.subscribe({
      url: `${receiver.url}/replayed`,
      eventTypes: ['replayed'],
      failureHandling: { retry: null },
    });
    const { id } = await tenant.publish({ type: 'replayed', data: {} });
    await untilDelivery(tenant, id, { state: 'failed' }, subscription.id);
    await expunge(id);
    const body = { mode: 'failed', subscriptionId: subscription.id, from, to: new Date(Date.now() + 60_000).toISOString() };
    expect((await tenant.send('POST', '/v1/replays', { body: { ...body, dryRun: true } })).body).toMatchObject({ count: 0, total: 1 });
    const { body: replay } = await tenant.send<Replay>('POST', '/v1/replays', { body });
    await eventually(async () => {
      const { body: now } = await tenant.send<Replay>('GET', `/v1/replays/${replay.id}`);
      expect(now).toMatchObject({ state: 'done', resent: 0, skippedBy: { expunged: 1 } });
    });
    expect(receiver.to('/replayed')).toHaveLength(1);
  });

  it('of a resource goes from all its events and from nobody else’s, and the expunge tells how many', async () => {
    const { tenant } = stage;
    const about = (id: string) =>
      tenant.publish({ type: 'about', data: { word: `Resource-Canary-${id}` }, resource: { type: 'customer', id } });
    const theirs = await Promise.all(Array.from({ length: 60 }, () => about('a')));
    const other = await about('b');
    const { status, body } = await tenant.send<Expunge>('POST', '/v1/expunges', { body: { resource: { type: 'customer', id: 'a' } } });
    expect([status, body.state]).toEqual([202, 'running']);
    await untilGone('Resource-Canary-a');
    expect(await tablesWith(stage.database, 'Resource-Canary-b')).toContain('public.events');
    await eventually(
      async () => {
        const { body: now } = await tenant.send<Expunge>('GET', `/v1/expunges/${body.id}`);
        expect(now).toMatchObject({ state: 'done', events: theirs.length });
      },
      { timeoutMs: 20_000, what: 'the expunge to have looked twice' },
    );
    expect((await tenant.send('GET', `/v1/events/${other.id}`)).body).toMatchObject({ expungedAt: null });
  }, 40_000);

  it('is shown as gone through the dialects, and nothing breaks there', async () => {
    const { tenant, gateway, receiver } = stage;
    const { uuid } = (await operator(gateway.url).send<{ uuid: string }>('GET', `/v1/tenants/${tenant.id}`)).body;
    const through = <T>(method: string, path: string, body?: unknown) =>
      tenant.send<T>(method, path, { body, headers: credential(path, tenant.key) });
    const hook = await through<{ id: number }>('POST', '/api/v1/oms/hooks', {
      target_url: `${receiver.url}/hook`,
      event_type: 'package.created',
    });
    const { id } = await tenant.publish({
      type: 'package.created',
      data: { name: 'Dialect-Canary' },
      resource: { type: 'package', id: '1' },
    });
    const { number, uuid: delivery } = await untilDelivery(tenant, id, { state: 'delivered' });
    await expunge(id);
    const event = id.slice('evt_'.length);
    for (const path of [`/event/${uuid}/events/${event}`, `/event/${uuid}/events/list`, `/event/${uuid}/events/request/${event}`]) {
      const { status, body } = await through('GET', path);
      expect([path, status]).toEqual([path, 200]);
      expect(JSON.stringify(body)).toContain(event);
    }
    const shown = await through('GET', `/api/v1/oms/oms_hook_events/${number}`);
    expect(shown).toMatchObject({ status: 200, body: { request_payload: null, delivered: true } });
    expect((await through('GET', '/api/v1/oms/oms_hook_events')).status).toBe(200);
    expect((await through('POST', '/api/v1/oms/oms_hook_events/resend-event', { event: delivery })).status).toBe(409);
    const again = { hook: hook.body.id, instance: { pk: '1', model: 'package' } };
    expect((await through('POST', '/api/v1/oms/oms_hook_events/publish-event', again)).status).toBe(404);
    await untilGone('Dialect-Canary');
  });
});

describe('a tenant’s retention beside live traffic', () => {
  it('takes what is past it while a delivery made meanwhile arrives at once', async () => {
    const { tenant, gateway, database, receiver } = await startStage({ dispatchers: 0 });
    const { uuid } = (await operator(gateway.url).send<{ uuid: string }>('GET', `/v1/tenants/${tenant.id}`)).body;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/live`, eventTypes: ['live'] });
    await fillGrown(database, { tenantId: uuid, subscriptions: [subscription.uuid], events: 20_000, days: 3 });
    const body = { settings: { retention: { days: 1, failedDays: 2 } } };
    expect((await operator(gateway.url).send('PATCH', `/v1/tenants/${tenant.id}`, { body })).status).toBe(200);
    await startDispatcher({ DATABASE_URL: database.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200' });
    const left = async (): Promise<number> =>
      (
        await database.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM events WHERE id < uuid_floor(now() - interval '2 days 1 minute')`,
        )
      )[0]!.n;
    const before = await left();
    await eventually(async () => expect(await left()).toBeLessThan(before));
    for (let i = 0; i < 5; i++) {
      const { id } = await tenant.publish({ type: 'live', data: i });
      await untilDelivery(tenant, id, { state: 'delivered' });
    }
    // What is open stays: a twentieth.
    await eventually(async () => expect(await left()).toBeLessThanOrEqual(before / 19), { timeoutMs: 40_000, what: 'the walk to end' });
    expect(await left()).toBeGreaterThan(before / 21);
  }, 60_000);
});

import { untilFannedOut } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { startDispatcher, startGateway } from '../support/processes.js';
import { caller } from '../support/api.js';
import { type Hook, HOOK_EVENTS, type HookEvent, type Numbered, type Omnitron, startOmnitron } from './omnitron-stage.js';

const PUBLISH = `${HOOK_EVENTS}publish-event/`;
const RESEND = `${HOOK_EVENTS}resend-event/`;

interface OutboundRequest {
  kind: string;
  state: string;
  resourceId: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  lastError: string | null;
}

describe('Omnitron: publish-event for an instance that nothing was published about', () => {
  let omnitron: Omnitron;
  let hook: Hook;
  let app: string;

  const publish = (pk: number | string, id = hook.id, model = 'package') =>
    omnitron.oms('POST', PUBLISH, { body: { hook: id, instance: { pk, model } } });
  const requests = async (query = ''): Promise<OutboundRequest[]> =>
    (await omnitron.tenant.send<{ items: OutboundRequest[] }>('GET', `/v1/outbound-requests?${query}`)).body.items;
  /** Time is not waited for: the next attempt's is brought forward, once the one before has failed. */
  const again = async (attempts: number): Promise<void> => {
    await eventually(async () =>
      expect(await requests('kind=hydration')).toMatchObject([{ attempts, lastError: expect.any(String) as string }]),
    );
    await omnitron.database.query(`UPDATE outbound_requests SET due_at = now() WHERE due_at IS NOT NULL`);
  };
  const register = async (eventType: string, getApiPath: string, type?: string): Promise<void> => {
    const body = { eventTypes: [{ name: eventType, eventType, getApiPath, ...(type ? { type } : {}) }] };
    expect((await omnitron.tenant.send('POST', `/v1/apps/${app}/topics/oms/event-types`, { body })).status).toBe(201);
  };

  beforeAll(async () => {
    omnitron = await startOmnitron();
    const { tenant, receiver } = omnitron;
    app = (await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'OMS', baseUrl: `${receiver.url}/oms/` } })).body.id;
    await register('package.fetched', '/packages/{packageId}/');
    hook = await omnitron.hook({ event_type: 'package.fetched' });
  });

  it('3.2.8 is 202 where an app says where it serves the instance: that is fetched, published, and delivered to that hook', async () => {
    const { receiver, tenant } = omnitron;
    const other = await omnitron.hook({ event_type: 'package.fetched', target_url: `${receiver.url}/other` });
    receiver.on('/oms/packages/7/', { kind: 'answer', body: '{ "number":"P7", "weight":12345678901234567890 }' });
    expect(await publish(7)).toMatchObject({ status: 202, body: undefined });
    const [event] = await omnitron.tried(hook);
    expect(event).toMatchObject({
      delivered: true,
      object_id: 7,
      content_type: 'package',
      request_payload: { event: { type: 'package.fetched' } },
    });
    // The app's bytes, as a publish would have kept them.
    expect(receiver.to('/package.fetched')[0]!.body.toString()).toContain('"payload":{ "number":"P7", "weight":12345678901234567890 }');
    const [fetched] = receiver.to('/oms/packages/7/');
    expect(fetched).toMatchObject({ method: 'GET', headers: { accept: 'application/json' } });
    expect(fetched!.headers.authorization).toBeUndefined();
    const { body: stored } = await tenant.send<{ items: object[] }>('GET', '/v1/events?resourceType=package&resourceId=7');
    expect(stored.items).toMatchObject([{ type: 'package.fetched', topic: 'oms', app }]);
    // Nobody else's, also not once everything there is has been fanned out; and from now on it is a stored event like any other.
    await untilFannedOut(omnitron.database);
    expect((await publish(7, other.id)).status).toBe(202);
    await omnitron.tried(other);
    expect([receiver.to('/other').length, receiver.to('/oms/packages/7/').length, await requests()]).toEqual([1, 1, []]);
  });

  it('3.2.8 is 404 without a registration that fits, and 400 for a model that nobody knows', async () => {
    await register('package.elsewhere', '/packages/{a}/{b}');
    await register('package.typed', '/packages/{id}', 'shipment');
    const [elsewhere, typed, plain] = [
      await omnitron.hook({ event_type: 'package.elsewhere' }),
      await omnitron.hook({ event_type: 'package.typed' }),
      await omnitron.hook({ event_type: 'package.plain' }),
    ];
    for (const { id } of [elsewhere, typed, plain])
      expect(await publish(8, id)).toMatchObject({ status: 404, body: { detail: 'Not found.' } });
    for (const pk of ['..', '../../admin']) expect((await publish(pk)).status).toBe(404);
    const unknown = await publish(8, plain.id, 'nothing');
    expect(unknown).toMatchObject({ status: 400, body: { instance: { model: ['Unknown model.'] } } });
    expect(await requests()).toEqual([]);
  });

  it('3.2.9 is 409 for an inactive hook, and nothing is kept to be fetched', async () => {
    await register('package.asleep', '/packages/{id}');
    const asleep = await omnitron.hook({ event_type: 'package.asleep', is_active: false });
    expect((await publish(9, asleep.id)).status).toBe(409);
    expect(await requests()).toEqual([]);
  });

  it('a fetch that fails is made again, and one that was on its way when its process died, too: one event comes of it', async () => {
    const { receiver, dispatchers, database } = omnitron;
    receiver.on('/oms/packages/10/', [
      { kind: 'answer', status: 503 },
      { kind: 'answer', body: 'no json' },
      { kind: 'silence' },
      { kind: 'answer', body: '{"number":"P10"}' },
    ]);
    expect((await publish(10)).status).toBe(202);
    await again(1);
    await again(2);
    await receiver.waitFor(() => receiver.to('/oms/packages/10/').length === 3);
    await dispatchers[0]!.kill();
    await database.query(`UPDATE outbound_requests SET due_at = now() WHERE due_at IS NOT NULL`);
    dispatchers[0] = await startDispatcher({ DATABASE_URL: database.url, SWEEP_INTERVAL_MS: '100', OUTBOX_GRACE_MS: '200' });
    const found = await eventually(async () => {
      const events = await omnitron.events({ webhook: String(hook.id), object_id: '10' });
      expect(events).toMatchObject([{ delivered: true, request_payload: { payload: { number: 'P10' } } }]);
      return events;
    });
    expect([found.length, receiver.to('/oms/packages/10/').length, await requests()]).toEqual([1, 4, []]);
  });

  it('one that keeps failing is given up after five attempts, and is listed with its reason', async () => {
    const { receiver, tenant } = omnitron;
    receiver.on('/oms/packages/11/', { kind: 'answer', status: 404 });
    expect((await publish(11)).status).toBe(202);
    for (const attempts of [1, 2, 3, 4]) await again(attempts);
    const given = await eventually(async () => {
      const found = await requests('state=given_up&kind=hydration');
      expect(found).toHaveLength(1);
      return found;
    });
    const lastError = 'The app answered 404 when the resource was fetched.';
    expect(given).toMatchObject([{ kind: 'hydration', state: 'given_up', resourceId: '11', attempts: 5, nextAttemptAt: null, lastError }]);
    expect(await requests('state=waiting')).toEqual([]);
    expect(await requests('kind=callback')).toEqual([]);
    expect(receiver.to('/oms/packages/11/')).toHaveLength(5);
    expect((await tenant.send('GET', '/v1/outbound-requests?subscription=x')).status).toBe(422);
    const stranger = await caller(omnitron.gateway.url)('GET', '/v1/outbound-requests');
    expect(stranger.status).toBe(401);
  });

  it('what cannot be an event is not made one: too large, or nested too deep', async () => {
    const { receiver, database } = omnitron;
    await database.query('DELETE FROM outbound_requests');
    receiver.on('/oms/packages/12/', [
      { kind: 'answer', body: JSON.stringify('x'.repeat(256 * 1024)) },
      { kind: 'answer', body: `${'['.repeat(64)}${']'.repeat(64)}` },
      { kind: 'redirect', location: `${receiver.url}/oms/packages/7/` },
      { kind: 'answer', body: `${'['.repeat(63)}${']'.repeat(63)}` },
    ]);
    expect((await publish(12)).status).toBe(202);
    const errors = ['too_large', 'too_deep', '302'];
    for (const [i, error] of errors.entries()) {
      await eventually(async () =>
        expect(await requests()).toMatchObject([{ attempts: i + 1, lastError: expect.stringContaining(error) as string }]),
      );
      await again(i + 1);
    }
    await eventually(async () => expect(await omnitron.events({ object_id: '12' })).toMatchObject([{ delivered: true }]));
  });

  it('3.2.3 links name the address that the gateway was told it has', async () => {
    const { database, tenant } = omnitron;
    const gateway = await startGateway({ DATABASE_URL: database.url, PUBLIC_ADDRESS: 'https://hooks.example.com/tidings/' });
    const { body } = await caller(gateway.url)<Numbered<HookEvent>>('GET', `${HOOK_EVENTS}?limit=1`, {
      headers: { authorization: `Token ${tenant.key}` },
    });
    expect(body.next).toBe(`https://hooks.example.com/tidings${HOOK_EVENTS}?limit=1&page=2`);
  });

  it('3.2.10 resend-event takes a form, as the document’s sample sends it', async () => {
    const { oms } = omnitron;
    const [event] = await omnitron.events({ object_id: '12' });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await oms('POST', RESEND, { body: `event=${event!.uuid}`, headers })).toMatchObject({ status: 200, body: undefined });
    await eventually(async () => expect(await omnitron.events({ uuid: event!.uuid })).toMatchObject([{ retry_count: 2 }]));
  });
});

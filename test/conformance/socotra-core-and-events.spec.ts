import { startStage, type Stage } from '../e2e/stage.js';
import { caller, operator } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { fillGrown } from '../support/grown-journal.js';
import { insertSubscription } from '../support/rows.js';
import { DEFAULTS, type SocotraError, type SocotraTenant, socotraTenant, ULID, UNKNOWN, webhookFor } from './socotra-stage.js';

let stage: Stage;
let tenant: SocotraTenant;

beforeAll(async () => {
  stage = await startStage();
  tenant = await socotraTenant(stage, 'insurer');
});

const wanting = (...[name, more]: [string, Parameters<typeof webhookFor>[2]?]) => webhookFor(stage, name, more);
const arrived = (name: string) => stage.receiver.waitFor(({ path }) => path === `/${name}`);

describe('Socotra Enterprise Core', () => {
  let core: SocotraTenant;
  const webhook = () => ({ ...wanting('core'), endpoint: { url: `${stage.receiver.url}/core`, headers: {} as Record<string, string[]> } });

  beforeAll(async () => {
    core = await socotraTenant(stage, 'core', 'enterpriseCore');
  });

  it('is a setting of its tenant that the operator may change; there is no third profile', async () => {
    const changing = await socotraTenant(stage, 'changing');
    const settings = (socotraProfile: string) =>
      operator(stage.gateway.url).send('PATCH', `/v1/tenants/${changing.locator}`, { body: { settings: { socotraProfile } } });
    const list = async () => (await changing.send('GET', '/webhooks/list')).body;
    expect(await list()).toEqual({ listCompleted: true, items: [] });
    expect((await settings('enterpriseCore')).status).toBe(200);
    expect(await list()).toEqual([]);
    expect((await settings('classic')).status).toBe(422);
  });

  it('3.5.1 lists a bare array by offset and count, and takes `extended` without effect', async () => {
    const lister = await socotraTenant(stage, 'core-list', 'enterpriseCore');
    const [first, second] = [await lister.create(webhook()), await lister.create(webhook())];
    expect((await lister.send('GET', '/webhooks/list')).body).toEqual([second, first]);
    expect((await lister.send('GET', '/webhooks/list?extended=true&offset=1&count=1')).body).toEqual([first]);
  });

  it('3.5.2 needs endpoint.headers, if only empty, and knows nothing of signing or plugins', async () => {
    const refused = async (body: object) => {
      const { status, body: error } = await core.send<SocotraError>('POST', '/webhooks', body);
      return [status, error.error, error.details?.[0]?.path];
    };
    const { url } = webhook().endpoint;
    expect(await refused({ ...webhook(), endpoint: { url } })).toEqual([400, 'required', '/endpoint/headers']);
    for (const part of [{ hmacEnabled: false }, { secret: 'x' }, { secureSsl: true }, { tag: 'v1' }]) {
      const [name] = Object.keys(part);
      expect(await refused({ ...webhook(), endpoint: { url, headers: {}, ...part } })).toEqual([400, 'unknown_field', `/endpoint/${name}`]);
    }
    expect(await refused({ ...webhook(), useAutomationPlugin: false })).toEqual([400, 'unknown_field', '/useAutomationPlugin']);
  });

  it('3.5.3 answers an endpoint with exactly url and headers, and delivers unsigned', async () => {
    const { endpoint, failureHandling } = await core.create({
      ...webhook(),
      failureHandling: { alertEndpoint: { url: 'https://a.example.com', headers: {} } },
    });
    expect(endpoint).toEqual({ url: webhook().endpoint.url, headers: {} });
    expect(failureHandling).toMatchObject({ alertEndpoint: { url: 'https://a.example.com', headers: {} } });
    expect(Object.keys(failureHandling['alertEndpoint'] as object)).toEqual(['url', 'headers']);
    await core.native.publish({ type: 'policy.core', data: 1 });
    expect((await arrived('core')).headers).not.toHaveProperty('socotra-signature');
  });

  it('3.5.4 takes any text for a locator: one that is none is not found', async () => {
    for (const locator of ['short', UNKNOWN, 'a b']) {
      expect((await core.send('GET', `/webhooks/${encodeURIComponent(locator)}`)).status).toBe(404);
    }
  });

  it('3.5.5 creates with 200, not suspended, and the default failure handling (as 3.4.1)', async () => {
    const { failureHandling: _, ...body } = webhook();
    expect(await core.create(body)).toEqual({
      ...body,
      locator: expect.stringMatching(ULID) as string,
      failureHandling: DEFAULTS,
      suspended: false,
      suspendedAt: null,
    });
  });

  it('3.5.6 tells a malformed tenant (400) from another one (404) (as 3.4.4)', async () => {
    const send = caller(stage.gateway.url, core.native.key);
    expect((await send('GET', '/event/none/webhooks/list')).status).toBe(400);
    expect((await send('GET', `/event/${tenant.locator}/webhooks/list`)).status).toBe(404);
  });

  it('3.5.7 asks for read to fetch and for read and list to list (as 3.4.5)', async () => {
    const { locator } = await core.create(webhook());
    const reader = await core.withPermissions('subscriptions:read');
    expect((await reader('GET', `/webhooks/${locator}`)).status).toBe(200);
    expect((await reader('GET', '/webhooks/list')).status).toBe(403);
    expect((await reader('POST', '/webhooks', webhook())).status).toBe(403);
  });

  it('3.5.8 removes before it adds (as 3.4.7 and 3.4.8)', async () => {
    const { locator } = await core.create({ ...webhook(), endpoint: { ...webhook().endpoint, headers: { 'X-A': ['0'] } } });
    const { eventTypes, endpoint } = await core.patch(locator, {
      addEventTypes: ['a'],
      removeEventTypes: ['a', 'policy.core'],
      endpoint: { removeHeaders: ['x-a'], addHeaders: { 'X-A': ['1', '2'] } },
    });
    expect([eventTypes, endpoint.headers]).toEqual([['a'], { 'X-A': ['1', '2'] }]);
  });

  it('3.5.9 suspends after the last attempt, and unsuspend answers 204 (as 3.4.11)', async () => {
    stage.receiver.on('/core-suspends', [{ kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const { locator } = await core.create({
      ...webhook(),
      endpoint: { url: `${stage.receiver.url}/core-suspends`, headers: {} },
      eventTypes: ['core.suspends'],
      failureHandling: { suspend: true },
    });
    await core.native.publish({ type: 'core.suspends', data: 1 });
    await eventually(async () => expect(await core.fetch(locator)).toMatchObject({ suspended: true }));
    expect((await core.send('PATCH', `/webhooks/${locator}/unsuspend`)).status).toBe(204);
    expect(await core.fetch(locator)).toMatchObject({ suspended: false, suspendedAt: null });
  });

  it('3.5.10 deletes with 204, then 404 (as 3.4.16)', async () => {
    const { locator } = await core.create(webhook());
    expect((await core.send('DELETE', `/webhooks/${locator}`)).status).toBe(204);
    expect((await core.send('GET', `/webhooks/${locator}`)).status).toBe(404);
  });
});

describe('Socotra’s events API', () => {
  it('lists as many events of a type as are asked for, however far back among others they are', async () => {
    const { database } = stage;
    const crowded = await socotraTenant(stage, 'crowded');
    const subscriptions = [await insertSubscription(database, crowded.locator)];
    await fillGrown(database, { tenantId: crowded.locator, subscriptions, events: 21_000, days: 1 });
    await database.query(`UPDATE events e SET type = 'claim.far' FROM grown g WHERE g.event = e.id AND g.n IN (9000, 20001, 20002)`);
    const { body } = await crowded.send<{ pagingToken: string | null; events: unknown[] }>('GET', '/events/list?type=claim.far&pageSize=2');
    expect(body).toEqual({ pagingToken: expect.any(String), events: [expect.anything(), expect.anything()] });
    const rest = await crowded.send<{ pagingToken: string | null; events: unknown[] }>(
      'GET',
      `/events/list?pagingToken=${body.pagingToken}`,
    );
    expect(rest.body).toEqual({ pagingToken: null, events: [expect.anything()] });
  });

  it('lists events newest first within a window and by type; a pagingToken stands alone and holds what was asked', async () => {
    interface Events {
      pagingToken: string | null;
      events: { locator: string; type: string }[];
    }
    const busy = await socotraTenant(stage, 'busy');
    const ids: string[] = [];
    for (const type of ['claim.a', 'claim.b', 'claim.a', 'claim.a']) ids.push((await busy.native.publish({ type, data: 1 })).id.slice(4));
    const list = async (query: string) => (await busy.send<Events>('GET', `/events/list${query}`)).body;
    const found = ({ events }: Events) => events.map(({ locator }) => locator);
    const first = await list('?type=claim.a&pageSize=2&startTimestamp=2020-01-01T00:00:00Z');
    expect(found(first)).toEqual([ids[3], ids[2]]);
    const second = await list(`?pagingToken=${first.pagingToken}`);
    expect([found(second), second.pagingToken]).toEqual([[ids[0]], null]);
    expect(found(await list(''))).toEqual(ids.toReversed());
    expect(found(await list('?endTimestamp=2020-01-01T00:00:00Z'))).toEqual([]);
    for (const query of [
      `?pagingToken=${first.pagingToken}&type=claim.a`,
      '?pagingToken=forged',
      '?pageSize=0',
      '?pageSize=201',
      '?startTimestamp=now',
    ]) {
      expect((await busy.send('GET', `/events/list${query}`)).status).toBe(400);
    }
    expect((await tenant.send('GET', `/events/list?pagingToken=${first.pagingToken}`)).status).toBe(400);
    expect((await tenant.send('GET', `/events/${ids[0]}`)).status).toBe(404);
    expect((await (await busy.withPermissions('events:read'))('GET', '/events/list')).status).toBe(403);
  });

  it('fetches the events of one request, oldest first; an event without one is its own', async () => {
    const requestId = '01KAK3J0V1QH6E6T2C0X8ZC3VC';
    const [first, second, alone] = [
      await tenant.native.publish({ type: 'claim.open', data: 1, event: { name: 'open', requestId } }),
      await tenant.native.publish({ type: 'claim.close', data: 2, event: { name: 'close', requestId } }),
      await tenant.native.publish({ type: 'claim.open', data: 3 }),
    ].map(({ id }) => id.slice('evt_'.length)) as [string, string, string];
    const ofRequest = async (locator: string) => {
      const { status, body } = await tenant.send<{ locator: string; requestId: string }[]>('GET', `/events/request/${locator}`);
      expect(status).toBe(200);
      return body.map(({ locator: found, requestId: of }) => [found, of]);
    };
    expect(await ofRequest(requestId)).toEqual([
      [first, requestId],
      [second, requestId],
    ]);
    expect(await ofRequest(alone)).toEqual([[alone, alone]]);
    expect(await ofRequest(first)).toEqual([]);
    expect(await ofRequest('no%00request')).toEqual([]);
    const stranger = await socotraTenant(stage, 'request-stranger');
    expect((await stranger.send('GET', `/events/request/${requestId}`)).body).toEqual([]);
    expect((await (await tenant.withPermissions('events:read'))('GET', `/events/request/${requestId}`)).status).toBe(403);
  });
});

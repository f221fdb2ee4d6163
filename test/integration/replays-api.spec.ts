import { formatId } from '../../libs/domain/src/ids.js';
import { LIMITS } from '../../libs/domain/src/limits.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { operator, type TenantApi } from '../support/api.js';
import type { NewReplay, Page, Replay, Subscription } from '../support/api-shapes.js';
import { type Api, expectProblem, itRefuses, type Problem, type Refused, startApi } from '../support/refusals.js';
import { dryRun, insertFailed, lastHour, readReplay, startReplay, tellReplay } from '../support/replays.js';

const DAY = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
const sound = { mode: 'failed', ...DAY };

const refused = (what: string, over: object, code: string, at?: string, status = 422): Refused => ({
  row: 97,
  what,
  to: 'POST /v1/replays',
  body: { ...sound, ...over },
  status,
  code,
  ...(at === undefined ? {} : { at }),
});

describe('replays through the API, without a dispatcher', () => {
  let api: Api;
  let tenant: TenantApi;
  let tenantUuid: string;
  beforeAll(async () => {
    api = await startApi();
    ({ tenant } = api);
    tenantUuid = (await api.db.query<{ id: string }>(`SELECT id FROM tenants`))[0]!.id;
  });

  const subscribe = (over: object = {}): Promise<Subscription> => tenant.subscribe({ url: 'https://example.com/', ...over });
  const post = (body: object, as = tenant) => as.send<Problem>('POST', '/v1/replays', { body });
  const codeOf = async (body: object, as = tenant): Promise<[number, string]> => {
    const answer = await post(body, as);
    if (answer.status >= 400) expectProblem(answer);
    return [answer.status, answer.body.code];
  };

  itRefuses(
    () => api,
    [
      refused('a window that ends before it begins', { from: DAY.to, to: DAY.from }, 'invalid_date', '/from'),
      refused('a date that is none', { to: 'tomorrow' }, 'invalid_date', '/to'),
      refused('no window', { from: undefined }, 'required', '/from'),
      refused('a mode that is none', { mode: 'all' }, 'invalid_value', '/mode'),
      refused('missing for nobody', { mode: 'missing' }, 'required', '/subscriptionId'),
      refused(
        'states of events',
        { mode: 'missing', subscriptionId: formatId('sub', newUuid()), filter: { states: ['failed'] } },
        'not_for_mode',
        '/filter/states',
      ),
      refused(
        'reasons of events',
        { mode: 'missing', subscriptionId: formatId('sub', newUuid()), filter: { reasons: ['gone'] } },
        'not_for_mode',
        '/filter/reasons',
      ),
      refused('a state that has not ended', { filter: { states: ['pending'] } }, 'invalid_value', '/filter/states'),
      refused('success', { filter: { states: ['delivered'] } }, 'invalid_value', '/filter/states'),
      refused('a reason that is none', { filter: { reasons: ['bad_mood'] } }, 'invalid_value', '/filter/reasons'),
      refused('a pattern that is none', { filter: { eventTypes: ['a b'] } }, 'event_type_pattern_invalid', '/filter/eventTypes/0'),
      refused('a resource without its type', { filter: { resource: { id: '1' } } }, 'required', '/filter/resource/type'),
      refused('half a delivery in a second', { ratePerSecond: 0.5 }, 'invalid_type', '/ratePerSecond'),
      refused('an unknown member', { priority: 'high' }, 'unknown_field', '/priority'),
      refused('an id of something else', { subscriptionId: formatId('evt', newUuid()) }, 'invalid_id', '/subscriptionId'),
      refused('a subscription that is none', { subscriptionId: formatId('sub', newUuid()) }, 'not_found', undefined, 404),
    ],
  );

  it('do not know another tenant’s subscription, nor one that was deleted, and need one that is switched on', async () => {
    const stranger = await operator(api.gateway.url).tenant('stranger');
    const [mine, deleted, off] = [await subscribe(), await subscribe(), await subscribe({ enabled: false })];
    await tenant.send('DELETE', `/v1/subscriptions/${deleted.id}`);
    for (const mode of ['failed', 'missing'] as const) {
      expect(await codeOf({ ...sound, mode, subscriptionId: mine.id }, stranger)).toEqual([404, 'not_found']);
      expect(await codeOf({ ...sound, mode, subscriptionId: deleted.id })).toEqual([404, 'not_found']);
      expect(await codeOf({ ...sound, mode, subscriptionId: off.id })).toEqual([409, 'subscription_inactive']);
    }
  });

  it('refuse a second one over the same time, naming the first, until that has ended', async () => {
    const { id: subscriptionId } = await subscribe();
    const asked: NewReplay = { mode: 'failed', subscriptionId, ...lastHour() };
    const first = await startReplay(tenant, asked);
    const answer = await post(asked);
    expectProblem(answer);
    expect([answer.status, answer.body.code]).toEqual([409, 'replay_overlaps']);
    expect(answer.body.detail).toContain(first.id);
    await tellReplay(tenant, first, 'cancel');
    await tellReplay(tenant, await startReplay(tenant, asked), 'cancel');
  });

  it('change as they are told, and asking twice is asking once; what has ended does not change', async () => {
    const { id: subscriptionId } = await subscribe();
    const replay = await startReplay(tenant, { mode: 'failed', subscriptionId, ...lastHour() });
    const states: string[] = [];
    for (const what of ['pause', 'pause', 'resume', 'resume', 'cancel', 'cancel'] as const)
      states.push((await tellReplay(tenant, replay, what)).state);
    expect(states).toEqual(['paused', 'paused', 'queued', 'queued', 'cancelled', 'cancelled']);
    for (const what of ['pause', 'resume']) {
      const { status, body } = await tenant.send<Problem>('POST', `/v1/replays/${replay.id}/${what}`);
      expect([status, body.code]).toEqual([409, 'replay_ended']);
    }
    expect((await readReplay(tenant, replay)).state).toBe('cancelled');
  });

  it('never reach beyond the moment they were asked for: what comes later is the fan-out’s', async () => {
    const { id: subscriptionId } = await subscribe();
    const replay = await startReplay(tenant, { mode: 'failed', subscriptionId, from: DAY.from, to: '2999-01-01T00:00:00Z' });
    expect(Date.parse(replay.to)).toBeLessThanOrEqual(Date.parse(replay.createdAt));
    await tellReplay(tenant, replay, 'cancel');
  });

  it('are listed newest first, page by page', async () => {
    const lister = await operator(api.gateway.url).tenant('lister');
    const ids: string[] = [];
    for (let i = 1; i <= 5; i++) {
      const { id } = await startReplay(lister, {
        mode: 'failed',
        from: new Date(i * 1_000).toISOString(),
        to: new Date(i * 1_000 + 1).toISOString(),
      });
      ids.unshift(id);
    }
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await lister.send<Page<Replay>>('GET', `/v1/replays?limit=2${cursor}`);
      seen.push(...body.items.map(({ id }) => id));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual(ids);
  });

  it('are only counted by a dry run', async () => {
    const { id: subscriptionId, uuid } = await subscribe();
    await insertFailed(api.db, tenantUuid, uuid, 7);
    const before = await api.rowCounts();
    expect(await dryRun(tenant, { mode: 'failed', subscriptionId, ...lastHour() })).toEqual({
      count: 7,
      total: 7,
      examined: 7,
      isExact: true,
    });
    expect(await api.rowCounts()).toBe(before);
  });

  it('have a dry run of mode missing that examines so many events and says whether those were all', async () => {
    const { max } = LIMITS.dryRunEvents;
    const counter = await operator(api.gateway.url).tenant('counter');
    const { id: subscriptionId } = await counter.subscribe({ url: 'https://example.com/', eventTypes: ['wanted'] });
    const [row] = await api.db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'counter'`);
    const insert = (count: number, type: string) =>
      api.db.query(
        `INSERT INTO events (id, tenant_id, type, occurred_at, raw, data_start, data_end)
         SELECT id, $1, $2, now(), '{"data":1}', 8, 9 FROM unnest($3::uuid[]) AS g (id)`,
        [row!.id, type, Array.from({ length: count }, () => newUuid())],
      );
    await insert(max - 3, 'other');
    await insert(3, 'wanted');
    const asked = (): NewReplay => ({ mode: 'missing', subscriptionId, ...lastHour(), to: new Date(Date.now() + 1_000).toISOString() });
    expect(await dryRun(counter, asked())).toEqual({ count: 3, total: max, examined: max, isExact: true });
    await insert(1, 'wanted');
    expect(await dryRun(counter, asked())).toEqual({ count: 3, total: max + 1, examined: max, isExact: false });
  });
});

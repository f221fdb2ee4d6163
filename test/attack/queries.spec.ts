import type { Page } from '../support/api-shapes.js';
import { LIMITS } from '../../libs/domain/src/limits.js';
import { operator, type TenantApi } from '../support/api.js';
import { itRefuses, leavingNoTrace, type Refused } from '../support/refusals.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

const LISTS = ['/v1/events', '/v1/deliveries', '/v1/diverted', '/v1/subscriptions', '/v1/apps', '/v1/keys', '/v1/replays'];
const JOURNAL = ['/v1/events', '/v1/deliveries', '/v1/diverted'];

const on = (paths: string[], row: number, query: string, code: string, at?: string): Refused[] =>
  paths.map((path) => ({
    row,
    what: query.slice(0, 60),
    to: `GET ${path}?${query}`,
    status: 422,
    code,
    ...(at === undefined ? {} : { at }),
  }));

const ID = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
/** Ids that are none, by what is wrong with them. */
const MALFORMED = [
  ...[
    'sub_',
    'sub_01ARYZ6S41XR7KT3TYPFTT39X',
    'sub_01ARYZ6S41XR7KT3TYPFTT39XDD',
    'sub_01aryz6s41xr7kt3typftt39xd',
    'sub_01ARYZ6S41XR7KT3TYPFTT39XO',
  ],
  ...[
    'sub_8ZZZZZZZZZZZZZZZZZZZZZZZZZ',
    'evt_01ARYZ6S41XR7KT3TYPFTT39XD',
    ID.slice(0, -1),
    `{${ID}}`,
    `${ID}0`,
    '42',
    '-1',
    'null',
    '%00',
    "'%20OR%201=1--",
    '%F0%9F%92%A9',
  ],
];

describe('a query', () => {
  let target: Target;
  beforeAll(async () => {
    target = await startTarget();
    for (let i = 0; i < 4; i++)
      await target.tenant.publish({ type: i === 0 ? 'a_b' : 'axb', data: i, resource: { type: 'r', id: i === 1 ? '100%' : 'x' } });
  });

  itRefuses(
    () => target,
    [
      ...on(LISTS, 33, 'a[__proto__][x]=1', 'unknown_field'),
      ...on(LISTS, 33, '__proto__=1', 'unknown_field'),
      ...on(LISTS, 33, 'a[b]=1', 'unknown_field'),
      ...on(LISTS, 33, 'limit[$gt]=1', 'unknown_field'),
      ...on(LISTS, 34, 'limit=1&limit=2', 'invalid_type', '/limit'),
      ...['/v1/deliveries', '/v1/diverted'].flatMap((path) => [
        ...on([path], 35, 'subscription=sub_8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'invalid_id', '/subscription'),
        ...on([path], 35, 'subscription=evt_01ARYZ6S41XR7KT3TYPFTT39XD', 'invalid_id', '/subscription'),
      ]),
      ...on(LISTS, 37, 'sort=(select%201)', 'unknown_field', '/sort'),
      ...on(LISTS, 37, 'order=asc;', 'unknown_field', '/order'),
      ...['-1', '0', '201', '1000000000', 'abc', '1.5', '', '1e2', '0x10', '%201', 'Infinity'].flatMap((limit): Refused[] =>
        on(LISTS, 38, `limit=${limit}`, /^(0|201)$/.test(limit) ? 'out_of_range' : 'invalid_type', '/limit').map((one) =>
          limit === '1000000000' ? { ...one, code: 'invalid_type' } : one,
        ),
      ),
      ...on(LISTS, 39, 'offset=10', 'unknown_field', '/offset'),
      ...on(LISTS, 40, 'cursor=', 'invalid_cursor', '/cursor'),
      ...on(LISTS, 40, 'cursor=abc', 'invalid_cursor', '/cursor'),
      ...on(LISTS, 40, `cursor=${'A'.repeat(600)}`, 'invalid_cursor', '/cursor'),
      ...on(LISTS, 40, 'cursor=a&cursor=b', 'invalid_type', '/cursor'),
      ...['2026-01-01', '0000-00-00T00:00:00Z', '300000-01-01T00:00:00Z', '2026-01-01T00:00:00', 'now', ''].flatMap((from) =>
        on(JOURNAL, 41, `from=${from}`, 'invalid_date', '/from'),
      ),
      ...on(JOURNAL, 41, 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'invalid_date', '/from'),
      ...on(['/v1/deliveries'], 37, 'state=lost', 'invalid_value', '/state'),
      ...on(['/v1/deliveries'], 37, 'state=failed,failed', 'duplicate', '/state'),
      ...on(['/v1/deliveries'], 37, 'statusClass=555', 'invalid_format', '/statusClass'),
      ...on(['/v1/subscriptions'], 28, 'enabled=1', 'invalid_type', '/enabled'),
      ...on(['/v1/health'], 9, 'x=1', 'not_found').map((one) => ({ ...one, status: 404 })),
      ...on(JOURNAL, 9, 'resourceId=a%00b', 'invalid_value'),
    ],
  );

  const THINGS = ['/v1/subscriptions/', '/v1/deliveries/', '/v1/diverted/', '/v1/events/', '/v1/keys/', '/v1/apps/', '/v1/replays/'];
  it.each(THINGS)('row 35: finds nothing under %s for an id that is none', async (path) => {
    for (const id of MALFORMED) {
      const { status, body } = await target.tenant.send<{ code: string }>('GET', `${path}${id}`);
      expect([id, status, body.code]).toEqual([id, 404, 'not_found']);
    }
  });

  it('row 35: finds a subscription by any spelling of its id', async () => {
    const { id, uuid, locator } = await target.tenant.subscribe({ url: 'https://example.com/' });
    for (const spelling of [id, uuid, uuid.toUpperCase(), locator]) {
      const { status, body } = await target.tenant.send<{ id: string }>('GET', `/v1/subscriptions/${spelling}`);
      expect([spelling, status, body.id]).toEqual([spelling, 200, id]);
    }
  });

  it.each(["' OR 1=1--", '%', '_', '\\', ';DROP TABLE events', 'a%', '$1', '""'])('row 36: takes %s for what it is', async (text) => {
    const query = new URLSearchParams({ resourceId: text });
    for (const path of JOURNAL) {
      const { status, body } = await target.tenant.send<Page<unknown>>('GET', `${path}?${query}`);
      expect([path, status, body.items]).toEqual([path, 200, []]);
    }
    const byName = await target.tenant.send<Page<unknown>>('GET', `/v1/subscriptions?${new URLSearchParams({ name: text })}`);
    expect([byName.status, byName.body.items]).toEqual([200, []]);
  });

  it('row 9: finds nothing under %00, wherever in a path it stands', async () => {
    const app = 'app:019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
    const paths = [
      '/v1/events/a%00b',
      '/v1/%00',
      '/%00',
      `/v1/apps/${app}/topics/%00/event-types`,
      `/v1/apps/${app}/topics/t/event-types/%00`,
    ];
    for (const path of paths) {
      const { status, body } = await leavingNoTrace(target, () => target.tenant.send<{ code: string }>('GET', path));
      expect([path, status, body.code]).toEqual([path, 404, 'not_found']);
    }
  });

  describe('with a cursor', () => {
    const cursorOf = async (tenant: TenantApi, path: string): Promise<string> =>
      (await tenant.send<Page<unknown>>('GET', path)).body.nextCursor!;
    const refusesCursor = async (path: string, cursor: string, by = target.tenant): Promise<void> => {
      const answer = await leavingNoTrace(target, () => by.send<{ code: string }>('GET', `${path}&cursor=${encodeURIComponent(cursor)}`));
      expect([path, answer.status, answer.body.code]).toEqual([path, 422, 'invalid_cursor']);
    };

    it('row 40: takes its own', async () => {
      const cursor = await cursorOf(target.tenant, '/v1/events?limit=1');
      expect((await target.tenant.send('GET', `/v1/events?limit=2&cursor=${cursor}`)).status).toBe(200);
    });

    it('row 40: refuses one with any bit of it changed, or cut anywhere', async () => {
      const cursor = await cursorOf(target.tenant, '/v1/events?limit=1');
      const bytes = Buffer.from(cursor, 'base64url');
      for (let at = 0; at < bytes.length; at += 5) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << (at % 8);
        await refusesCursor('/v1/events?limit=1', changed.toString('base64url'));
        await refusesCursor('/v1/events?limit=1', bytes.subarray(0, at).toString('base64url'));
      }
      for (const bad of [`${cursor}=`, ` ${cursor}`, `${cursor}A`, `${cursor}\u0000`]) await refusesCursor('/v1/events?limit=1', bad);
    });

    it('row 40: refuses another tenant’s, another list’s, and one of other filters', async () => {
      const other = await operator(target.gateway.url).tenant('cursors');
      for (let i = 0; i < 2; i++) await other.publish({ type: 'x', data: i });
      await refusesCursor('/v1/events?limit=1', await cursorOf(other, '/v1/events?limit=1'));
      const own = await cursorOf(target.tenant, '/v1/events?limit=1');
      for (const list of ['/v1/deliveries', '/v1/subscriptions', '/v1/apps', '/v1/keys', '/v1/diverted'])
        await refusesCursor(`${list}?limit=1`, own);
      await refusesCursor('/v1/events?limit=1&type=axb', own);
      await refusesCursor('/v1/events?limit=1', await cursorOf(target.tenant, '/v1/events?limit=1&type=axb'));
    });

    it('row 40: refuses one beyond its limit, however large', async () => {
      await refusesCursor('/v1/events?limit=1', 'A'.repeat(LIMITS.cursorChars.max + 1));
      const { status } = await leavingNoTrace(target, () => target.tenant.send('GET', `/v1/events?cursor=${'A'.repeat(1_000_000)}`));
      expect(status).toBe(431);
    });
  });

  it('row 41: takes a range of a hundred years', async () => {
    const { status } = await target.tenant.send('GET', '/v1/events?from=1970-01-01T00:00:00Z&to=2070-01-01T00:00:00Z');
    expect(status).toBe(200);
  });

  it('row 36: matches special characters literally', async () => {
    const typesWhere = async (query: string) =>
      (await target.tenant.send<Page<{ type: string }>>('GET', `/v1/events?${query}`)).body.items.map(({ type }) => type);
    expect(await typesWhere('type=a_b')).toEqual(['a_b']);
    expect(await typesWhere('resourceId=100%25')).toEqual(['axb']);
  });

  itStillDelivers(() => target);
});

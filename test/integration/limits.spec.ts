import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { LIMITS } from '../../libs/domain/src/limits.js';
import { newUuid } from '../../libs/store/src/new-id.js';
import { type Answer, operator, type TenantApi } from '../support/api.js';
import { socketAnswer } from '../support/raw-http.js';
import { type Api, expectProblem, type Problem, startApi } from '../support/refusals.js';
import { COVERED_ELSEWHERE, LIMIT_CASES, type LimitCase, TOLD_BELOW, boundsOf } from './limit-cases.js';

describe('a limit', () => {
  let api: Api;
  let tenant: TenantApi;
  beforeAll(async () => {
    api = await startApi();
    ({ tenant } = api);
  });

  const send = ({ to, path, body, headers }: LimitCase, n: number): Promise<Answer<Problem>> => {
    const [method = '', where = ''] = to.split(' ');
    return tenant.send(method, path?.(n) ?? where, { body: body?.(n), headers: headers?.(n) ?? {} });
  };
  const sendBeyond = (one: LimitCase, n: number): Promise<Answer<Problem>> => (one.isCutOff ? sendHead(one, n) : send(one, n));
  /** Announces a body of `n` bytes and sends none of it. */
  const sendHead = async ({ to }: LimitCase, n: number): Promise<Answer<Problem>> => {
    const lines = [`${to} HTTP/1.1`, 'host: x', 'content-type: application/json', `content-length: ${n}`];
    const { status, head, body } = await socketAnswer(api.gateway.url, [...lines, `authorization: Bearer ${tenant.key}`]);
    const fields = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ', 2) as [string, string]);
    return { status, headers: new Headers(fields), body: JSON.parse(body) as Problem };
  };
  /** The code of a refusal; in a batch that of its only item. */
  const codeOf = ({ body }: Answer<Problem & { items?: { error?: Problem }[] }>): string | undefined =>
    body.items === undefined ? body.code : body.items[0]?.error?.code;

  it.each(LIMIT_CASES.map((one) => [`${one.limit}${one.where ? ` ${one.where}` : ''}`, one] as const))(
    '%s is the most that is taken',
    async (_, one) => {
      const { min = 0, max } = boundsOf(one.limit);
      const atLimit = await send(one, max);
      expect([max, atLimit.status, codeOf(atLimit)]).toEqual([max, one.accepted, undefined]);
      const before = await api.rowCounts();
      const beyond = await sendBeyond(one, max + 1);
      expect([max + 1, beyond.status, codeOf(beyond)]).toEqual([max + 1, one.status, one.code]);
      if (one.status !== 207) expectProblem(beyond);
      if (one.below) {
        expect((await send(one, min)).status).toBe(one.accepted);
        const below = await send(one, min - 1);
        expect([min - 1, below.status, codeOf(below)]).toEqual([min - 1, one.status, one.below.code]);
      } else expect(await api.rowCounts()).toBe(before);
    },
  );

  it('is in this test or in another that is named here, whichever it is', () => {
    const covered = new Set([...LIMIT_CASES.map(({ limit }) => limit), ...TOLD_BELOW, ...Object.keys(COVERED_ELSEWHERE)]);
    expect(Object.keys(LIMITS).filter((name) => !covered.has(name))).toEqual([]);
    for (const file of Object.values(COVERED_ELSEWHERE)) expect([file, existsSync(join(projectRoot(), file))]).toEqual([file, true]);
  });

  const tenantUuid = async (): Promise<string> =>
    (await api.db.query<{ id: string }>(`SELECT id FROM tenants WHERE slug = 'input'`))[0]!.id;
  const refusal = async (answer: Promise<Answer<Problem>>): Promise<[number, string]> => {
    const { status, body } = await answer;
    return [status, body.code];
  };

  it('subscriptionsPerTenant: the last one is taken and the next is refused, even when they come together', async () => {
    const other = await operator(api.gateway.url).tenant('crowded');
    await api.db
      .query(`SET session_replication_role = replica; INSERT INTO subscriptions (id, tenant_id, spec, enabled, timeout_ms, created_by, modified_by)
      SELECT gen_random_uuid(), t.id, '{}', false, 1000, 't', 't' FROM tenants t, generate_series(1, ${LIMITS.subscriptionsPerTenant.max - 1}) WHERE slug = 'crowded';
      SET session_replication_role = DEFAULT`);
    const answers = await Promise.all(
      [1, 2, 3].map(() => other.send<Problem>('POST', '/v1/subscriptions', { body: { name: 'n', url: 'https://example.com/' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('quota_exceeded');
  });

  it('callbackNames: as many as there may be, and not one more', async () => {
    const { max } = LIMITS.callbackNames;
    const { send } = operator(api.gateway.url);
    const change = (n: number) => {
      const callbacks = Object.fromEntries(Array.from({ length: n }, (_, i) => [`c${i}`, 'https://example.com/']));
      return send<Problem>('PATCH', `/v1/tenants/${tenant.id}`, { body: { settings: { callbacks } } });
    };
    expect((await change(max)).status).toBe(200);
    expect(await refusal(change(max + 1))).toEqual([422, 'too_many_items']);
  });

  it('apiKeysPerTenant: counts those that are not revoked', async () => {
    const { max } = LIMITS.apiKeysPerTenant;
    const id = await tenantUuid();
    const [{ n } = { n: '0' }] = await api.db.query<{ n: string }>('SELECT count(*) AS n FROM api_keys WHERE tenant_id = $1', [id]);
    for (let i = Number(n); i < max - 1; i++) {
      await api.db.query(
        `INSERT INTO api_keys (id, tenant_id, name, hash, hint, permissions, created_by) VALUES ($1, $2, 'k', $3, 'k', '{}', 't')`,
        [newUuid(), id, Buffer.from(`k${i}`)],
      );
    }
    const create = () => tenant.send<Problem & { id: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['events:list'] } });
    const last = await create();
    expect(last.status).toBe(201);
    expect(await refusal(create())).toEqual([409, 'quota_exceeded']);
    expect((await tenant.send('DELETE', `/v1/keys/${last.body.id}`)).status).toBe(204);
    expect((await create()).status).toBe(201);
  });

  it('bulkDeleteItems: all of them go, or none', async () => {
    const { max } = LIMITS.bulkDeleteItems;
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    const place = `/v1/apps/${app.id}/topics/t/event-types`;
    const names = Array.from({ length: max + 1 }, (_, i) => `e${i}`);
    await tenant.send('POST', place, { body: { eventTypes: names.map((name) => ({ name })) } });
    const remove = (some: string[]) => tenant.send<Problem>('POST', `${place}/bulk-delete`, { body: { names: some } });
    expect(await refusal(remove(names))).toEqual([422, 'too_many_items']);
    expect(await refusal(remove([]))).toEqual([422, 'too_few_items']);
    expect((await remove(names.slice(0, max))).status).toBe(204);
    expect((await tenant.send<{ items: unknown[] }>('GET', place)).body.items).toHaveLength(1);
  });

  it('permissionsPerKey and permissionChars: beyond them nothing is looked up', async () => {
    const create = (permissions: string[]) => refusal(tenant.send('POST', '/v1/keys', { body: { name: 'k', permissions } }));
    const named = (count: number) => Array.from({ length: count }, (_, i) => `events:x${i}`);
    const { permissionsPerKey: items, permissionChars: chars } = LIMITS;
    expect(await create(named(items.max))).toEqual([422, 'unknown_permission']);
    expect(await create(named(items.max + 1))).toEqual([422, 'too_many_items']);
    expect(await create([])).toEqual([422, 'too_few_items']);
    expect(await create(['x'.repeat(chars.max)])).toEqual([422, 'unknown_permission']);
    expect(await create(['x'.repeat(chars.max + 1)])).toEqual([422, 'too_long']);
    expect(await create([''])).toEqual([422, 'too_short']);
  });

  it('slugChars: of a tenant', async () => {
    const create = (chars: number) =>
      operator(api.gateway.url).send<Problem>('POST', '/v1/tenants', { body: { name: 'n', slug: 's'.repeat(chars) } });
    expect((await create(LIMITS.slugChars.max)).status).toBe(201);
    expect(await refusal(create(LIMITS.slugChars.max + 1))).toEqual([422, 'too_long']);
    expect(await refusal(create(0))).toEqual([422, 'too_short']);
  });

  it('catalogNameChars, eventTypesPerRegistration, apiPathChars and catalogDocumentBytes: of an app’s event types', async () => {
    const { body: app } = await tenant.send<{ id: string }>('POST', '/v1/apps', { body: { name: 'a' } });
    const register = (eventTypes: object[], topic = 't') =>
      tenant.send<Problem>('POST', `/v1/apps/${app.id}/topics/${topic}/event-types`, { body: { eventTypes } });
    const { catalogNameChars, eventTypesPerRegistration, apiPathChars, catalogDocumentBytes } = LIMITS;
    const named = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `n${i}` }));
    const documentOf = (bytes: number) => ({ a: 'x'.repeat(bytes - 8) });
    const pathOf = (chars: number) => `/${'x'.repeat(chars - 1)}`;
    const cases: [string, (size: number) => Promise<Answer<Problem>>, number, string][] = [
      ['name', (size) => register([{ name: 'x'.repeat(size) }]), catalogNameChars.max, 'too_long'],
      ['items', (size) => register(named(size)), eventTypesPerRegistration.max, 'too_many_items'],
      ['path', (size) => register([{ name: `p${size}`, getApiPath: pathOf(size) }]), apiPathChars.max, 'too_long'],
      ['schema', (size) => register([{ name: `d${size}`, schema: documentOf(size) }]), catalogDocumentBytes.max, 'too_large'],
    ];
    for (const [what, send, max, code] of cases) {
      expect([what, (await send(max)).status]).toEqual([what, 201]);
      expect([what, ...(await refusal(send(max + 1)))]).toEqual([what, 422, code]);
    }
    expect((await register([{ name: 'n' }], 'x'.repeat(catalogNameChars.max))).status).toBe(201);
    expect(await refusal(register([{ name: 'n' }], 'x'.repeat(catalogNameChars.max + 1)))).toEqual([404, 'not_found']);
    expect(await refusal(register([]))).toEqual([422, 'too_few_items']);
    expect(await refusal(register([{ name: '' }]))).toEqual([422, 'too_short']);
    expect(await refusal(register([{ name: 'n', getApiPath: '' }]))).toEqual([422, 'too_short']);
  });

  it('signingSecretsKept and secretGraceSeconds: older secrets go on signing, so many and so long', async () => {
    const { id } = await tenant.subscribe({ url: 'https://example.com/' });
    const rotate = (graceSeconds: number) =>
      tenant.send<Problem & { items: unknown[] }>('POST', `/v1/subscriptions/${id}/secrets/rotate`, { body: { graceSeconds } });
    const { max, min } = LIMITS.secretGraceSeconds;
    expect(await refusal(rotate(max + 1))).toEqual([422, 'out_of_range']);
    expect(await refusal(rotate(min - 1))).toEqual([422, 'out_of_range']);
    for (let kept = 2; kept <= LIMITS.signingSecretsKept.max; kept++) expect((await rotate(max)).body.items).toHaveLength(kept);
    expect(await refusal(rotate(max))).toEqual([409, 'rotation_limit']);
    // Revoking all older ones at once is always possible.
    expect((await rotate(min)).body.items).toHaveLength(1);
  });

  it('statsHours and suspendReasonChars', async () => {
    const { id } = await tenant.subscribe({ url: 'https://example.com/' });
    const stats = (hours: number) => tenant.send<Problem>('GET', `/v1/subscriptions/${id}/stats?hours=${hours}`);
    expect((await stats(LIMITS.statsHours.max)).status).toBe(200);
    expect(await refusal(stats(LIMITS.statsHours.max + 1))).toEqual([422, 'out_of_range']);
    expect(await refusal(stats(LIMITS.statsHours.min - 1))).toEqual([422, 'out_of_range']);
    const suspend = (chars: number) =>
      tenant.send<Problem>('POST', `/v1/subscriptions/${id}/suspend`, { body: { reason: 'x'.repeat(chars) } });
    expect(await refusal(suspend(LIMITS.suspendReasonChars.max + 1))).toEqual([422, 'invalid_length']);
    expect(await refusal(suspend(0))).toEqual([422, 'invalid_length']);
    expect((await suspend(LIMITS.suspendReasonChars.max)).status).toBe(200);
  });

  it('statsRangeMinutes: from the beginning of an overview to its end', async () => {
    // The longest reaches back as far as figures are kept: its beginning must not be past that by the time it is read.
    const to = Date.now() + 60_000;
    const overview = (milliseconds: number) => {
      const [from, until] = [to - milliseconds, to].map((ms) => new Date(ms).toISOString());
      return tenant.send<{ series: unknown[] } & Problem>('GET', `/v1/stats/overview?from=${from}&to=${until}&stepMinutes=10`);
    };
    const [min, max] = [LIMITS.statsRangeMinutes.min * 60_000, LIMITS.statsRangeMinutes.max * 60_000];
    expect((await overview(max)).body.series.length).toBeGreaterThanOrEqual(LIMITS.statsRangeMinutes.max / 10);
    expect((await overview(min)).status).toBe(200);
    expect(await refusal(overview(max + 1))).toEqual([422, 'out_of_range']);
    expect(await refusal(overview(min - 1))).toEqual([422, 'out_of_range']);
    expect(await refusal(tenant.send('GET', '/v1/stats/overview?from=yesterday'))).toEqual([422, 'invalid_date']);
  });

  it('statsSteps: of the series of an overview', async () => {
    const overview = (minutes: number) => tenant.send<{ series: unknown[] } & Problem>('GET', `/v1/stats/overview?minutes=${minutes}`);
    expect((await overview(LIMITS.statsSteps.max)).body.series.length).toBeGreaterThanOrEqual(LIMITS.statsSteps.max);
    expect(await refusal(overview(LIMITS.statsSteps.max + 1))).toEqual([422, 'out_of_range']);
  });

  it('statsSeriesHours: of the series of a subscription', async () => {
    const { id } = await tenant.subscribe({ url: 'https://example.com/' });
    const series = (hours: number) =>
      tenant.send<{ series: unknown[] } & Problem>('GET', `/v1/subscriptions/${id}/stats/series?hours=${hours}`);
    const { min, max } = LIMITS.statsSeriesHours;
    expect((await series(max)).body.series).toHaveLength(max * 6);
    expect((await series(min)).body.series).toHaveLength(min * 6);
    expect(await refusal(series(max + 1))).toEqual([422, 'out_of_range']);
    expect(await refusal(series(min - 1))).toEqual([422, 'out_of_range']);
  });

  it('listOffset: of a list that is asked to pass over items', async () => {
    const list = async (offset: number) => (await tenant.send('GET', `/event/${await tenantUuid()}/webhooks/list?offset=${offset}`)).status;
    const { min, max } = LIMITS.listOffset;
    expect([await list(min), await list(max), await list(max + 1), await list(min - 1)]).toEqual([200, 200, 400, 400]);
  });
});

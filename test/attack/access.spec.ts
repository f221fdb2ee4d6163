import { createHmac } from 'node:crypto';
import { type Answer, caller, operator, type Send } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { expectProblem, leavingNoTrace, type Problem } from '../support/refusals.js';
import { socketAnswer } from '../support/raw-http.js';
import { itStillDelivers, startTarget, type Target } from './target.js';

/** What a caller learns from a refusal: all but the number of the request. */
const told = ({ status, body }: Answer<Problem>): unknown => ({ ...body, status, requestId: undefined });

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (header: object, claims: object, signature = ''): string => `${base64url(header)}.${base64url(claims)}.${signature}`;
const CLAIMS = { sub: 'admin', tenantId: 'input', permissions: ['*'], iss: 'tidings', aud: 'tidings', exp: 4_102_444_800 };
const confused = jwt({ alg: 'HS256', typ: 'JWT' }, CLAIMS);
const JWTS = [
  jwt({ alg: 'none', typ: 'JWT' }, CLAIMS),
  confused + createHmac('sha256', 'secret').update(confused.slice(0, -1)).digest('base64url'),
  jwt({ alg: 'RS256', kid: '../../../../dev/null' }, CLAIMS, 'AAAA'),
  jwt({ alg: 'HS256', kid: `x' UNION SELECT 'AAAA` }, CLAIMS, 'AAAA'),
];

const EVENT = { type: 't', data: 1 };
const SUBSCRIPTION = { name: 'n', url: 'https://example.com/' };
/** One request of each kind, sound but for who sends it. */
const REQUESTS: [string, string, unknown?][] = [
  ['GET', '/v1/events'],
  ['GET', '/v1/subscriptions/sub_01ARYZ6S41XR7KT3TYPFTT39XD'],
  ['POST', '/v1/events', EVENT],
  ['POST', '/v1/events/batch', { events: [EVENT] }],
  ['POST', '/v1/subscriptions', SUBSCRIPTION],
  ['POST', '/v1/keys', { name: 'k', permissions: ['events:list'] }],
  ['DELETE', '/v1/apps/app:019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f'],
];

describe('a caller', () => {
  let target: Target;
  let stranger: Answer<Problem>;
  beforeAll(async () => {
    target = await startTarget();
    stranger = await caller(target.gateway.url)('GET', '/v1/events');
  });

  const sent = (
    headers: Record<string, string>,
    [method, path, body]: (typeof REQUESTS)[number] = REQUESTS[0]!,
  ): Promise<Answer<Problem>> => caller(target.gateway.url)(method, path, { headers, body });
  const keyWith = async (...permissions: string[]): Promise<Send> =>
    caller(target.gateway.url, (await operator(target.gateway.url).createKey(target.tenant.id, permissions)).key);

  const expectStranger = async (headers: Record<string, string>): Promise<void> => {
    for (const request of REQUESTS) {
      const answer = await leavingNoTrace(target, () => sent(headers, request));
      expect([request.slice(0, 2), told(answer)]).toEqual([request.slice(0, 2), told(stranger)]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expectProblem(answer);
    }
  };

  it.each<[string, (key: string) => Record<string, string>]>([
    ['no key', () => ({})],
    ['an empty header', () => ({ authorization: '' })],
    ['a scheme alone', () => ({ authorization: 'Bearer ' })],
    ['Basic', (key) => ({ authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` })],
    ['a key without its scheme', (key) => ({ authorization: key })],
    ['a key with one letter more', (key) => ({ authorization: `Bearer ${key}x` })],
    ['a key with one letter less', (key) => ({ authorization: `Bearer ${key.slice(0, -1)}` })],
    ['a key with its last letter changed', (key) => ({ authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` })],
    ['a key in capitals', (key) => ({ authorization: `Bearer ${key.toUpperCase()}` })],
    ['two keys in one header', (key) => ({ authorization: `Bearer ${key} ${key}` })],
    ['a key of 10 KB', () => ({ authorization: `Bearer ${'k'.repeat(10_000)}` })],
    ['SQL for a key', () => ({ authorization: `Bearer ' OR '1'='1` })],
    ['a key in a cookie', (key) => ({ cookie: `authorization=${key}` })],
    ['a key in the header of a dialect', (key) => ({ 'x-coreos-access': key })],
  ])('row 48: %s → 401 in the words for a stranger', async (_, headers) => expectStranger(headers(target.tenant.key)));

  it('row 48: two Authorization headers → 401', async () => {
    const line = `authorization: Bearer ${target.tenant.key}`;
    const answer = await leavingNoTrace(target, () =>
      socketAnswer(target.gateway.url, ['GET /v1/events HTTP/1.1', 'host: x', 'connection: close', line, line]),
    );
    expect([answer.status, JSON.parse(answer.body)]).toEqual([401, expect.objectContaining({ code: 'unauthenticated' })]);
  });

  it('row 48: a key in the query → 401, and the key is in no log', async () => {
    const answer = await sent({}, ['GET', `/v1/events?key=${target.tenant.key}&access_token=${target.tenant.key}`]);
    expect(answer.status).toBe(401);
    expect(target.gateway.logs()).not.toContain(target.tenant.key);
  });

  it('row 49: a revoked and an expired key → 401 in the words for a stranger, within five seconds', async () => {
    const soon = new Date(Date.now() + 300).toISOString();
    const make = async (over: object) =>
      (await target.tenant.send<{ id: string; key: string }>('POST', '/v1/keys', { body: { name: 'k', permissions: ['*'], ...over } }))
        .body;
    const [revoked, expiring] = [await make({}), await make({ expiresAt: soon })];
    const with_ = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
    expect((await sent(with_(revoked))).status).toBe(200);
    expect((await target.tenant.send('DELETE', `/v1/keys/${revoked.id}`)).status).toBe(204);
    for (const key of [revoked, expiring]) {
      await eventually(async () => expect(told(await sent(with_(key)))).toEqual(told(stranger)), { timeoutMs: 5_500 });
      await expectStranger(with_(key));
    }
  });

  it('row 49: a key that expires in the past, or at no time → 422', async () => {
    for (const expiresAt of ['2020-01-01T00:00:00Z', '2027-01-01', '2027-02-30T00:00:00Z', 'never', '300000-01-01T00:00:00Z']) {
      const body = { name: 'k', permissions: ['events:list'], expiresAt };
      const answer = await leavingNoTrace(target, () => target.tenant.send<Problem>('POST', '/v1/keys', { body }));
      expect([expiresAt, answer.status]).toEqual([expiresAt, 422]);
    }
  });

  it.each(JWTS)('row 50: the JWT %s → 401', async (token) => expectStranger({ authorization: `Bearer ${token}` }));

  it.each<[number, string, string[], [string, string, unknown?][]]>([
    [51, 'reads', ['subscriptions:read', 'events:read', 'deliveries:read'], REQUESTS.filter(([, path]) => !path.includes('sub_'))],
    [
      52,
      'publishes',
      ['publisher'],
      [
        ['GET', '/v1/events'],
        ['GET', '/v1/events/evt_01ARYZ6S41XR7KT3TYPFTT39XD'],
        ['GET', '/v1/deliveries'],
        ['GET', '/v1/subscriptions'],
        ['GET', '/v1/subscriptions/sub_01ARYZ6S41XR7KT3TYPFTT39XD/secrets'],
        ['POST', '/v1/subscriptions/sub_01ARYZ6S41XR7KT3TYPFTT39XD/secrets/rotate', {}],
        ['GET', '/v1/keys'],
        ['GET', '/v1/tenants'],
      ],
    ],
  ])('row %i: a key that only %s is refused everything else → 403', async (_row, _what, permissions, requests) => {
    const send = await keyWith(...permissions);
    for (const [method, path, body] of requests) {
      const answer = await leavingNoTrace(target, () => send<Problem>(method, path, { body }));
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'insufficient_scope']);
      expectProblem(answer);
    }
  });

  it('row 52: a publisher’s key publishes', async () => {
    const send = await keyWith('publisher');
    expect((await send('POST', '/v1/events', { body: EVENT })).status).toBe(202);
  });

  it.each([
    ['a permission', { permissions: ['events:publish'] }],
    ['a wildcard over what it holds in part', { permissions: ['subscriptions:*'] }],
    ['everything', { permissions: ['*'] }],
    ['a preset', { permissions: ['admin'] }],
    ['permissions on tenants', { permissions: ['tenants:write'] }],
    ['app permissions', { permissions: ['events:list'], appPermissions: ['get-user-details'] }],
  ])('row 56: a key cannot give %s that it does not hold → 403', async (_, grant) => {
    const send = await keyWith('keys:write', 'events:list', 'subscriptions:read');
    const answer = await leavingNoTrace(target, () => send<Problem>('POST', '/v1/keys', { body: { name: 'k', ...grant } }));
    expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
    expectProblem(answer);
  });

  it('row 101: a word about where it comes from changes nothing, and is in no log', async () => {
    const forged = {
      'x-forwarded-for': '203.0.113.77',
      forwarded: 'for=203.0.113.78',
      'x-real-ip': '203.0.113.79',
      'x-client-ip': '203.0.113.80',
    };
    expect(told(await sent(forged))).toEqual(told(stranger));
    const key = { authorization: `Bearer ${target.tenant.key}` };
    expect((await sent({ ...forged, ...key })).status).toBe(200);
    const { body } = await sent({ ...forged, ...key, 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' });
    expect(JSON.stringify(body)).not.toMatch(/evil|gopher/);
    expect(target.gateway.logs()).not.toMatch(/203\.0\.113/);
  });

  itStillDelivers(() => target);
});

import { type Answer, caller, operator, type TenantApi } from '../support/api.js';
import { createTestDatabase } from '../support/database.js';
import { type AppProcess, startGateway } from '../support/processes.js';
import { expectProblem, type Problem } from '../support/refusals.js';
import { BOOTSTRAP_KEY } from '../support/test-settings.js';

const PER_MINUTE = 5;

describe('keys shown in vain', () => {
  let gateway: AppProcess;
  let tenant: TenantApi;
  let env: Record<string, string>;

  beforeAll(async () => {
    env = { DATABASE_URL: (await createTestDatabase()).url, SIGN_IN_FAILURES_PER_MINUTE: String(PER_MINUTE) };
    gateway = await startGateway({ ...env, TRUST_PROXIES: '127.0.0.1' });
    tenant = await operator(gateway.url).tenant('shared-address');
  });

  const ask = (ip: string, key: string | undefined, url = gateway.url): Promise<Answer<Problem>> =>
    caller(url, key)<Problem>('GET', '/v1/subscriptions', { headers: { 'x-forwarded-for': ip } });
  const signIn = (ip: string, key: string): Promise<Answer<Problem>> =>
    caller(gateway.url)<Problem>('POST', '/console/session', { body: { key }, headers: { 'x-forwarded-for': ip } });
  const useUp = async (ip: string): Promise<number[]> =>
    Promise.all(Array.from({ length: PER_MINUTE }, async (_, i) => (await ask(ip, `wrong-${i}`)).status));

  it('are refused with 401, beyond the bound with 429 and the time to wait; a good key of that address is let in all the while', async () => {
    expect(await useUp('198.51.100.1')).toEqual(Array.from({ length: PER_MINUTE }, () => 401));
    const refused = await ask('198.51.100.1', 'wrong');
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expectProblem(refused);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThanOrEqual(1);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await ask('198.51.100.1', tenant.key)).status).toBe(200);
    expect((await ask('198.51.100.1', undefined)).status).toBe(401);
    expect((await ask('198.51.100.2', 'wrong')).status).toBe(401);
  });

  it('count together over a /64, and over whatever they are shown to', async () => {
    await useUp('2001:db8:7:7::1');
    expect((await ask('2001:db8:7:7:ffff::2', 'wrong')).status).toBe(429);
    expect((await ask('2001:db8:7:8::1', 'wrong')).status).toBe(401);
    const refused = await signIn('2001:db8:7:7::3', 'wrong');
    expect([refused.status, refused.body.code, refused.headers.has('retry-after')]).toEqual([429, 'rate_limited', true]);
    expect((await signIn('2001:db8:7:7::3', BOOTSTRAP_KEY)).status).toBe(200);
    expect((await signIn('198.51.100.3', 'wrong')).status).toBe(401);
  });

  it.each([
    ['OS1', '/core/api/v1/webhooks/subscriptions', { 'x-coreos-access': 'wrong' }, { error: { code: 'rate_limited' } }],
    ['Omnitron', '/api/v1/oms/hooks', { authorization: 'Token wrong' }, { detail: expect.stringContaining('address') }],
    ['Socotra', '/event/shared-address/webhooks/list', { authorization: 'Bearer wrong' }, { error: 'rate_limited' }],
    [
      'Contensis',
      '/api/management/projects/shared-address/events/webhooks/subscriptions',
      { authorization: 'Bearer wrong' },
      { logId: expect.any(String), message: expect.stringContaining('address') },
    ],
  ])('are refused in the words of %s', async (name, path, headers, body) => {
    const ip = `203.0.113.${name.length}`;
    await useUp(ip);
    const answer = await caller(gateway.url)<object>('GET', path, {
      headers: { ...headers, 'x-forwarded-for': ip },
    });
    expect({ ...answer, waits: answer.headers.has('retry-after') }).toMatchObject({ status: 429, waits: true, body });
    expect(answer.headers.get('content-type')).not.toContain('problem');
  });

  it('are not escaped by a word about another address, from a neighbour that is no proxy of ours', async () => {
    const { url } = await startGateway(env);
    let i = 0;
    const statuses: number[] = [];
    while (i < PER_MINUTE + 2) statuses.push((await ask(`198.51.100.${i++}`, 'wrong', url)).status);
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect((await ask('198.51.100.1', tenant.key, url)).status).toBe(200);
  });
});

import type { NewSubscription, Subscription } from '../support/api-shapes.js';
import type { EndpointAuth } from '../../libs/domain/src/endpoint-auth.js';
import { eventually } from '../support/eventually.js';
import { patch, startStage, untilDelivery, type Stage } from './stage.js';

const AGAIN_SOON = { retry: { kind: 'fixed' as const, delaySeconds: 0, maxAttempts: 3 } };

describe('a subscription with credentials for its endpoint', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  const subscribe = (name: string, auth: EndpointAuth, over: Partial<NewSubscription> = {}) =>
    stage.tenant.subscribe({ url: `${stage.receiver.url}/${name}`, eventTypes: [name], failureHandling: AGAIN_SOON, auth, ...over });
  const oauth = (path: string): EndpointAuth => ({
    ...{ kind: 'oauth2', tokenUrl: `${stage.receiver.url}${path}` },
    ...{ clientId: 'tidings', clientSecret: 'cl13nt-s3cret', scope: 'hooks' },
  });
  const authorizations = (name: string) => stage.receiver.to(`/${name}`).map(({ headers }) => headers.authorization);
  const delivered = async (name: string) =>
    untilDelivery(stage.tenant, (await stage.tenant.publish({ type: name, data: 1 })).id, { state: 'delivered' });

  it('signs in with them: basic, a bearer token, or a login', async () => {
    stage.receiver.on('/login', { kind: 'answer', body: '{"key":"l0g1n"}' });
    await subscribe('basic', { kind: 'basic', username: 'erp', password: 'p:ß' });
    await subscribe('bearer', { kind: 'bearer', token: 'b34rer' });
    await subscribe(
      'login',
      { kind: 'tokenLogin', url: `${stage.receiver.url}/login`, username: 'erp', password: 'p4ss' },
      { url: `${stage.receiver.url}/logged-in` },
    );
    for (const name of ['basic', 'bearer', 'login']) await delivered(name);
    expect(authorizations('basic')).toEqual([`Basic ${Buffer.from('erp:p:ß').toString('base64')}`]);
    expect(authorizations('bearer')).toEqual(['Bearer b34rer']);
    expect(authorizations('logged-in')).toEqual(['Token l0g1n']);
  });

  it('shows no secret anywhere: not in answers, attempts, lists, rows or logs', async () => {
    const { tenant, receiver, database, gateway, dispatchers } = stage;
    receiver.on('/quiet-token', { kind: 'answer', body: '{"access_token":"0auth-t0ken","expires_in":3600}' });
    const made = await subscribe('quiet', oauth('/quiet-token'));
    const { id } = await delivered('quiet');
    const answers = await Promise.all(
      [`/v1/subscriptions/${made.id}`, '/v1/subscriptions?limit=200', `/v1/deliveries/${id}/attempts`].map((path) =>
        tenant.send('GET', path),
      ),
    );
    const copied = await tenant.send<Subscription>('POST', `/v1/subscriptions/${made.id}/duplicate`);
    expect(copied).toMatchObject({ status: 201, body: { auth: null } });
    const rows = await database.query('SELECT s::text FROM subscriptions s UNION ALL SELECT a::text FROM attempts a');
    const [attempt] = await tenant.attempts(id);
    expect(attempt!.request!.headers).toMatchObject({ authorization: '***' });
    const told = JSON.stringify([made, answers, copied, rows, gateway.logs(), dispatchers.map((one) => one.logs())]);
    for (const secret of ['cl13nt-s3cret', '0auth-t0ken']) expect(told).not.toContain(secret);
    expect(made.auth).toEqual({ kind: 'oauth2', tokenUrl: `${receiver.url}/quiet-token`, clientId: 'tidings', scope: 'hooks' });
  });

  it('asks for a token once while it lives, however many deliveries there are, and anew when the endpoint would not have it', async () => {
    const { receiver, tenant } = stage;
    let tokens = 0;
    receiver.on('/counted-token', () => ({ kind: 'answer', body: JSON.stringify({ access_token: `t${++tokens}`, expires_in: 3600 }) }));
    receiver.on('/counted', ({ headers }) => ({
      kind: 'answer',
      status: headers.authorization === 'Bearer t1' && tokens === 1 && receiver.to('/counted').length > 10 ? 401 : 200,
    }));
    await subscribe('counted', oauth('/counted-token'));
    const events = await Promise.all(Array.from({ length: 10 }, () => tenant.publish({ type: 'counted', data: 1 })));
    for (const { id } of events) await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
    expect([tokens, receiver.to('/counted-token').length]).toEqual([1, 1]);
    expect(receiver.to('/counted-token')[0]!.body.toString()).toBe('grant_type=client_credentials&scope=hooks');
    const refused = await delivered('counted');
    // The request that was refused and the one with the new token are one attempt.
    expect([refused.attemptCount, tokens]).toEqual([1, 2]);
    expect(authorizations('counted').slice(-2)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('is sent nothing without them: a token endpoint that refuses is an attempt that failed, and is tried again', async () => {
    const { receiver, tenant } = stage;
    receiver.on('/shut-token', [
      { kind: 'answer', status: 401 },
      { kind: 'answer', status: 503 },
      { kind: 'answer', body: '{"access_token":"late"}' },
    ]);
    await subscribe('shut', oauth('/shut-token'));
    const { id, attemptCount } = await delivered('shut');
    const attempts = await tenant.attempts(id);
    expect(attempts.map(({ outcome, error, request }) => [outcome, error?.code, request === null])).toEqual([
      ['delivered', undefined, false],
      ['retry', 'auth_failed', true],
      ['retry', 'auth_failed', true],
    ]);
    expect(attempts.at(-1)!.error!.message).toBe('The token endpoint answered 401.');
    expect([attemptCount, authorizations('shut')]).toEqual([3, ['Bearer late']]);
  });

  it('gives up like any other when no token is ever had, and says why', async () => {
    const { receiver, tenant } = stage;
    receiver.on('/never-token', { kind: 'answer', status: 500 });
    await subscribe('never', oauth('/never-token'));
    const { id } = await tenant.publish({ type: 'never', data: 1 });
    await untilDelivery(tenant, id, { state: 'failed', reason: 'attempts_exhausted', lastError: 'auth_failed', attemptCount: 3 });
    expect(receiver.to('/never')).toEqual([]);
  });

  it('never dials a token endpoint that the network policy keeps out, though its name was fine when it was written', async () => {
    const { tenant, database } = stage;
    const made = await subscribe('rebound', oauth('/rebound-token'));
    await database.query(
      `UPDATE subscriptions SET spec = jsonb_set(spec::jsonb, '{auth,tokenUrl}', '"http://127.0.0.66:1/"')::json WHERE id = $1`,
      [made.uuid],
    );
    const { id } = await tenant.publish({ type: 'rebound', data: 1 });
    const { id: delivery } = await untilDelivery(tenant, id, { state: 'failed', lastError: 'auth_failed' });
    expect((await tenant.attempts(delivery))[0]!.error!.message).toContain('may not be dialled');
  });

  it('is charged nothing for a fault of ours: a secret that cannot be opened waits', async () => {
    const { tenant, database } = stage;
    const made = await subscribe('broken', { kind: 'bearer', token: 't' });
    const [row] = await database.query<{ sealed: string }>('SELECT auth_secret AS sealed FROM subscriptions WHERE id = $1', [made.uuid]);
    await database.query(`UPDATE subscriptions SET auth_secret = 'v1.k1.AAAAAAAAAAAAAAAA.AA.AAAAAAAAAAAAAAAAAAAAAA' WHERE id = $1`, [
      made.uuid,
    ]);
    const { id } = await tenant.publish({ type: 'broken', data: 1 });
    await eventually(() => expect(stage.dispatchers[0]!.logs()).toContain('"code":"secret_unreadable"'));
    await untilDelivery(tenant, id, { state: 'pending', attemptCount: 0 });
    await database.query('UPDATE subscriptions SET auth_secret = $2 WHERE id = $1', [made.uuid, row!.sealed]);
    await database.query(`UPDATE deliveries SET due_at = now() WHERE state = 'pending' AND event_type = 'broken'`);
    await untilDelivery(tenant, id, { state: 'delivered', attemptCount: 1 });
    expect(authorizations('broken')).toEqual(['Bearer t']);
  });

  it('keeps its secret through changes that do not give it anew, and takes away what is cleared', async () => {
    const made = await subscribe('kept', { kind: 'basic', username: 'erp', password: 'one' });
    const basic = (password: string) => `Basic ${Buffer.from(`erp:${password}`).toString('base64')}`;
    await patch(stage.tenant, made, { description: 'changed' });
    await delivered('kept');
    const { body: shown } = await stage.tenant.send<Subscription>('GET', `/v1/subscriptions/${made.id}`);
    const { url, eventTypes, auth } = shown;
    const put = await stage.tenant.send('PUT', `/v1/subscriptions/${made.id}`, {
      body: { name: 'n', url, eventTypes, auth },
      headers: { 'if-match': '*' },
    });
    expect(put.status).toBe(200);
    await delivered('kept');
    await patch(stage.tenant, made, { auth: { kind: 'basic', username: 'erp', password: 'two' } });
    await delivered('kept');
    const other = await stage.tenant.send('PATCH', `/v1/subscriptions/${made.id}`, { body: { auth: { kind: 'basic', username: 'crm' } } });
    expect(other).toMatchObject({ status: 422, body: { errors: [{ path: '/auth/password', code: 'required' }] } });
    expect(await patch(stage.tenant, made, { auth: null })).toMatchObject({ auth: null });
    await delivered('kept');
    expect(authorizations('kept')).toEqual([basic('one'), basic('one'), basic('two'), undefined]);
    const [row] = await stage.database.query('SELECT auth_secret FROM subscriptions WHERE id = $1', [made.uuid]);
    expect(row).toEqual({ auth_secret: null });
  });

  it('loses its secret with it', async () => {
    const made = await subscribe('deleted', { kind: 'bearer', token: 't' });
    expect((await stage.tenant.send('DELETE', `/v1/subscriptions/${made.id}`)).status).toBe(204);
    const [row] = await stage.database.query('SELECT auth_secret FROM subscriptions WHERE id = $1', [made.uuid]);
    expect(row).toEqual({ auth_secret: null });
  });
});

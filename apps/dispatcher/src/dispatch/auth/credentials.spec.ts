import type { EndpointAuth } from '#domain/endpoint-auth.js';
import { LIMITS } from '#domain/limits.js';
import type { LocalFault, SendResult } from '#domain/send-result.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';
import { openVault } from '#vault/open-vault.js';
import { aadOf } from '#vault/vault.js';
import { ServedSubscription } from '../../catalog/served-subscription.js';
import type { OutgoingRequest } from '../send/outgoing-request.js';
import { Credentials } from './credentials.js';
import { Tokens } from './tokens.js';

const ID = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
const vault = openVault(`k1:${Buffer.alloc(32, 7).toString('base64')}`);
const TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 1 };

const OAUTH: EndpointAuth = { kind: 'oauth2', tokenUrl: 'https://id.example.com/token', clientId: 'a:b', scope: 'x y', audience: 'erp' };
const LOGIN: EndpointAuth = { kind: 'tokenLogin', url: 'https://id.example.com/login', username: 'erp' };

const served = (
  auth: EndpointAuth | null,
  secret = 's3 cret+',
  purpose: 'endpoint-auth' | 'header' = 'endpoint-auth',
): ServedSubscription =>
  new ServedSubscription(
    { id: ID, tenantId: 't', spec: { auth }, authSecret: vault.seal(secret, aadOf('t', ID, purpose)) } as SubscriptionRow,
    vault,
  );

const request: OutgoingRequest = {
  method: 'POST',
  url: 'https://erp.example.com/hooks',
  headers: { 'x-env': 'test' },
  body: Buffer.from('{}'),
  timeoutMs: 1_000,
  tls: { verify: true },
};

const answer = (status: number, body: object | string = ''): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  truncated: false,
  timings: TIMINGS,
});
const grant = (token: string, more: object = {}): SendResult => answer(200, { access_token: token, token_type: 'Bearer', ...more });

type Result = SendResult | LocalFault;

/** Answers in their order, the last one again and again; what was asked is kept. */
function script(...results: Result[]) {
  const sent: OutgoingRequest[] = [];
  const send = (given: OutgoingRequest): Promise<Result> => {
    sent.push(given);
    return Promise.resolve(results[Math.min(sent.length, results.length) - 1]!);
  };
  return { sent, send, authorizations: () => sent.map(({ headers }) => headers['authorization']) };
}

describe('a request with credentials', () => {
  it.each([
    [{ kind: 'basic', username: 'erp' } as const, `Basic ${Buffer.from('erp:s3 cret+').toString('base64')}`],
    [{ kind: 'bearer' } as const, 'Bearer s3 cret+'],
  ])('of a fixed kind carries them: %j', async (auth, authorization) => {
    const endpoint = script(answer(200));
    const ask = script(grant('never'));
    await new Credentials(endpoint.send, ask.send).send(request, served(auth));
    expect(endpoint.sent).toEqual([{ ...request, headers: { ...request.headers, authorization } }]);
    expect(ask.sent).toEqual([]);
  });

  it('goes as it is without any', async () => {
    const endpoint = script(answer(200));
    await new Credentials(endpoint.send, script().send).send(request, served(null));
    expect(endpoint.sent).toEqual([request]);
  });

  it('is not sent when its secret cannot be opened, or is not there', async () => {
    const endpoint = script(answer(200));
    const credentials = new Credentials(endpoint.send, script(grant('t')).send);
    for (const auth of [{ kind: 'bearer' } as const, OAUTH]) {
      await expect(credentials.send(request, served(auth, 's', 'header'))).rejects.toMatchObject({ code: 'secret_unreadable' });
      const lost = new ServedSubscription({ id: ID, tenantId: 't', spec: { auth }, authSecret: null } as SubscriptionRow, vault);
      await expect(credentials.send(request, lost)).rejects.toMatchObject({ code: 'secret_missing' });
    }
    expect(endpoint.sent).toEqual([]);
  });

  it('of OAuth 2 asks as RFC 6749 has it: id and secret form-encoded in basic, the grant in a form', async () => {
    const ask = script(grant('t0k3n', { expires_in: 3600 }));
    const endpoint = script(answer(204));
    await new Credentials(endpoint.send, ask.send).send(request, served(OAUTH));
    const [asked] = ask.sent;
    expect(asked).toMatchObject({ method: 'POST', url: 'https://id.example.com/token', tls: { verify: true } });
    expect(asked!.headers).toEqual({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('a%3Ab:s3+cret%2B').toString('base64')}`,
    });
    expect(asked!.body.toString()).toBe('grant_type=client_credentials&scope=x+y&audience=erp');
    expect(endpoint.authorizations()).toEqual(['Bearer t0k3n']);
  });

  it('of a login posts user and password and takes the token from the answer', async () => {
    const ask = script(answer(200, { key: 'k$&1', token: 'other' }));
    const endpoint = script(answer(204));
    const credentials = new Credentials(endpoint.send, ask.send);
    await credentials.send(request, served(LOGIN));
    await credentials.send(request, served({ ...LOGIN, tokenField: 'token', headerFormat: 'Session={}', usernameField: '__proto__' }));
    expect(ask.sent.map(({ body }) => body.toString())).toEqual([
      '{"username":"erp","password":"s3 cret+"}',
      '{"__proto__":"erp","password":"s3 cret+"}',
    ]);
    expect(endpoint.authorizations()).toEqual(['Token k$&1', 'Session=other']);
  });

  it.each<[string, Result, RegExp]>([
    ['refuses', answer(401, { error: 'invalid_client', hint: 's3 cret+' }), /answered 401/],
    ['redirects', answer(302), /answered 302/],
    ['is away', { kind: 'failure', code: 'connection_refused', message: 'Refused.', timings: TIMINGS }, /not reached: Refused/],
    ['answers no JSON', answer(200, '<html>'), /no JSON object/],
    ['answers a list', answer(200, '[]'), /no JSON object/],
    ['answers no token', answer(200, {}), /holds no token/],
    ['answers a token that is none', answer(200, { access_token: 7 }), /holds no token/],
    ['answers a token of another kind', grant('t', { token_type: 'mac' }), /no bearer token/],
    ['answers a token that would break the header', grant('a\r\nx: y'), /cannot be sent/],
    ['answers a token beyond its limit', grant('x'.repeat(LIMITS.tokenBytes.max + 1)), /cannot be sent/],
    ['answers too much', { ...grant('t'), truncated: true } as SendResult, /too long/],
  ])('is not sent when the token endpoint %s: auth_failed, with no secret in it', async (_, result, message) => {
    const endpoint = script(answer(200));
    const failed = await new Credentials(endpoint.send, script(result).send).send(request, served(OAUTH));
    expect(failed).toMatchObject({ kind: 'failure', code: 'auth_failed', message: expect.stringMatching(message) as string });
    expect(JSON.stringify(failed)).not.toContain('cret');
    expect(endpoint.sent).toEqual([]);
  });

  it('takes a token at its limit', async () => {
    const endpoint = script(answer(200));
    const token = 'x'.repeat(LIMITS.tokenBytes.max);
    await new Credentials(endpoint.send, script(grant(token)).send).send(request, served(OAUTH));
    expect(endpoint.authorizations()).toEqual([`Bearer ${token}`]);
  });

  it('meets a fault of ours at the token endpoint as a fault of ours', async () => {
    const endpoint = script(answer(200));
    const fault = { kind: 'local', code: 'EMFILE' } as const;
    expect(await new Credentials(endpoint.send, script(fault).send).send(request, served(OAUTH))).toEqual(fault);
    expect(endpoint.sent).toEqual([]);
  });

  it('answered 401 goes once more with a new token, as one attempt, and no third time', async () => {
    const endpoint = script(answer(401), answer(200), answer(401), answer(401));
    const ask = script(grant('old'), grant('new'), grant('newer'));
    const credentials = new Credentials(endpoint.send, ask.send);
    const subscription = served(OAUTH);
    expect(await credentials.send(request, subscription)).toMatchObject({ status: 200 });
    expect(await credentials.send(request, subscription)).toMatchObject({ status: 401 });
    expect(endpoint.authorizations()).toEqual(['Bearer old', 'Bearer new', 'Bearer new', 'Bearer newer']);
    expect(ask.sent).toHaveLength(3);
  });

  it('answered 401 keeps that answer when no new token can be had', async () => {
    const endpoint = script(answer(401, 'who?'));
    const credentials = new Credentials(endpoint.send, script(grant('old'), answer(500)).send);
    expect(await credentials.send(request, served(OAUTH))).toMatchObject({ kind: 'response', status: 401 });
    expect(endpoint.sent).toHaveLength(1);
  });

  it('of a fixed kind that is answered 401 is not sent again', async () => {
    const endpoint = script(answer(401));
    await new Credentials(endpoint.send, script().send).send(request, served({ kind: 'bearer' }));
    expect(endpoint.sent).toHaveLength(1);
  });

  it('keeps to its own time, the token’s included', async () => {
    const endpoint = script(answer(200));
    let nowMs = 1_000;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const slow = (): Promise<Result> => {
      nowMs += 60;
      return Promise.resolve(grant('late'));
    };
    const late = await new Credentials(endpoint.send, slow).send({ ...request, timeoutMs: 50 }, served(OAUTH));
    expect(late).toMatchObject({ kind: 'failure', code: 'auth_failed' });
    await new Credentials(endpoint.send, slow).send({ ...request, timeoutMs: 1_000 }, served(OAUTH));
    expect(endpoint.sent).toHaveLength(1);
    expect(endpoint.sent[0]!.timeoutMs).toBe(940);
    clock.mockRestore();
  });
});

describe('a token', () => {
  /** Tokens of a clock that the test moves, in seconds. */
  function clocked(...results: Result[]) {
    const clock = { seconds: 0 };
    const ask = script(...results);
    return { clock, ask, tokens: new Tokens(ask.send, () => clock.seconds * 1_000) };
  }

  it('is asked for once by all who need it at the same time', async () => {
    const { ask, tokens } = clocked(grant('one', { expires_in: 3600 }));
    const subscription = served(OAUTH);
    const got = await Promise.all(Array.from({ length: 20 }, () => tokens.get(subscription, OAUTH, 1_000)));
    expect(got.map((answered) => 'header' in answered && answered.header)).toEqual(Array.from({ length: 20 }, () => 'Bearer one'));
    expect(ask.sent).toHaveLength(1);
  });

  it.each([
    ['3600 seconds', { expires_in: 3600 }, 3569, 3571],
    ['ten seconds', { expires_in: 10 }, 8, 10],
    ['longer than a day', { expires_in: 10_000_000 }, 86_369, 86_371],
    ['an unsaid time', {}, 269, 271],
    ['a time that makes no sense', { expires_in: -1 }, 269, 271],
  ])('that lives %s is kept until shortly before its end', async (_, life, kept, renewed) => {
    const auth = { ...OAUTH };
    const { ask, clock, tokens } = clocked(grant('one', life), grant('two'));
    // The same sealed text is the same secret.
    const subscription = served(auth);
    await tokens.get(subscription, auth, 1_000);
    clock.seconds = kept;
    await tokens.get(subscription, auth, 1_000);
    expect(ask.sent).toHaveLength(1);
    clock.seconds = renewed;
    expect(await tokens.get(subscription, auth, 1_000)).toMatchObject({ header: 'Bearer two' });
  });

  it('that was got with other credentials is not used', async () => {
    const { tokens } = clocked(grant('one'), grant('two'), grant('three'));
    const before = served(OAUTH);
    await tokens.get(before, OAUTH, 1_000);
    const moved = { ...OAUTH, scope: 'z' };
    expect(await tokens.get(served(moved), moved, 1_000)).toMatchObject({ header: 'Bearer two' });
    expect(await tokens.get(served(moved, 'changed'), moved, 1_000)).toMatchObject({ header: 'Bearer three' });
  });

  it('that could not be had is asked for again the next time', async () => {
    const { ask, tokens } = clocked(answer(500), grant('one'));
    const subscription = served(OAUTH);
    expect(await tokens.get(subscription, OAUTH, 1_000)).toMatchObject({ kind: 'failure' });
    expect(await tokens.get(subscription, OAUTH, 1_000)).toMatchObject({ header: 'Bearer one' });
    expect(ask.sent).toHaveLength(2);
  });

  it('is forgotten only where it is still the one that was refused', async () => {
    const { ask, tokens } = clocked(grant('one', { expires_in: 3600 }));
    const subscription = served(OAUTH);
    await tokens.get(subscription, OAUTH, 1_000);
    tokens.forget(subscription, 'Bearer zero');
    await tokens.get(subscription, OAUTH, 1_000);
    expect(ask.sent).toHaveLength(1);
  });
});

import { eventTree, type StoredEvent } from '#domain/event.js';
import type { SendResult } from '#domain/send-result.js';
import { type SubscriptionSpec, defaultFailureHandling } from '#domain/subscription.js';
import type { Claimed } from '#store/claim.store.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';
import { parseKeyRing } from '#vault/key-ring.js';
import { aadOf, headerPurpose, Vault } from '#vault/vault.js';
import { Webhook } from 'standardwebhooks';
import { ServedSubscription } from '../catalog/served-subscription.js';
import { attempt, type Work } from './attempt.js';
import type { OutgoingRequest } from './send/outgoing-request.js';

const ID = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const vault = new Vault(parseKeyRing(`k1:${Buffer.alloc(32, 7).toString('base64')}`));
const seal = (text: string) => ({ id: ID, sealed: vault.seal(text, aadOf('t', ID, 'signing-secret')), expiresAt: null as Date | null });

const spec = (over: Partial<SubscriptionSpec> = {}): SubscriptionSpec => ({
  name: 'Orders',
  description: null,
  url: 'https://example.com/{/resource/id}',
  method: 'POST',
  eventTypes: ['*'],
  topics: [],
  sources: [],
  filter: null,
  headers: [
    { name: 'X-Env', values: ['{/event/type}'], secret: false },
    { name: 'Authorization', values: [], secret: true },
  ],
  templates: {},
  signature: { style: 'standard', algorithm: 'hmac-sha256' },
  tls: { verify: true },
  failureHandling: defaultFailureHandling(),
  timeoutMs: 5_000,
  maxConcurrency: null,
  rateLimit: null,
  metadata: {},
  ...over,
});

const served = (over: Partial<SubscriptionSpec> = {}, row: Partial<SubscriptionRow> = {}): ServedSubscription =>
  new ServedSubscription(
    {
      id: ID,
      tenantId: 't',
      spec: spec(over),
      catalogVersion: 1n,
      enabled: true,
      suspendedAt: null,
      createdAt: new Date(0),
      secretHeaders: { Authorization: vault.seal('Bearer hush', aadOf('t', ID, headerPurpose('authorization'))) },
      secrets: [seal(SECRET)],
      ownerAppPermissions: [],
      ...row,
    } as SubscriptionRow,
    vault,
  );

const RAW = '{"type":"order.created","resource":{"id":"42"},"data":{"b":1.0}}';
const stored: StoredEvent = {
  uuid: ID,
  id: 'evt_1',
  tenantId: 't',
  type: 'order.created',
  topic: null,
  app: null,
  resourceType: null,
  resourceId: '42',
  occurredAt: '2026-01-01T00:00:00.000Z',
  acceptedAt: '2026-01-01T00:00:00.000Z',
  raw: Buffer.from(RAW),
  dataStart: RAW.indexOf('{"b"'),
  dataEnd: RAW.length - 1,
};

const work = (subscription = served(), claim: Partial<Claimed> = {}, frozen?: Work['frozen']): Work => ({
  claim: { uuid: ID, bodySource: null, retriesUsed: 0, trigger: 'schedule', ...claim } as Claimed,
  event: { stored, tree: eventTree(stored) },
  served: subscription,
  frozen,
});

const TIMINGS = { dnsMs: null, connectMs: 1, tlsMs: null, firstByteMs: 2, totalMs: 3 };
const answer = (status: number): SendResult => ({
  kind: 'response',
  status,
  headers: {},
  bodyPrefix: Buffer.alloc(0),
  truncated: false,
  timings: TIMINGS,
});

/** Makes the attempt against a receiver that answers `status`, and shows what it was sent. */
async function tried(given: Work, result: Awaited<ReturnType<Parameters<typeof attempt>[1]>>) {
  let sent: OutgoingRequest | undefined;
  const attempted = await attempt(given, async (request) => {
    sent = request;
    return result;
  });
  return { attempted, sent };
}

describe('one attempt', () => {
  it('sends the rendered request with its secrets and a signature that the official library accepts', async () => {
    const { sent } = await tried(work(), answer(200));
    expect(sent).toMatchObject({ method: 'POST', url: 'https://example.com/42', timeoutMs: 5_000, tls: { verify: true } });
    expect(sent!.headers).toMatchObject({ 'X-Env': ['order.created'], Authorization: 'Bearer hush', 'webhook-id': 'evt_1' });
    expect(sent!.body.toString()).toBe('{"id":"evt_1","type":"order.created","timestamp":"2026-01-01T00:00:00.000Z","data":{"b":1.0}}');
    const headers = sent!.headers as Record<string, string>;
    expect(() => new Webhook(SECRET).verify(sent!.body.toString(), headers)).not.toThrow();
  });

  it('is signed with each secret that is still in force, and with none that has run out', async () => {
    const rotated = (expiresAt: Date) => served({}, { secrets: [seal(SECRET), { ...seal(OLD_SECRET), expiresAt }] });
    const during = (await tried(work(rotated(new Date(Date.now() + 60_000))), answer(200))).sent!;
    const after = (await tried(work(rotated(new Date(Date.now() - 1))), answer(200))).sent!;
    const accepts =
      ({ body, headers }: OutgoingRequest) =>
      () =>
        new Webhook(OLD_SECRET).verify(body.toString(), headers as Record<string, string>);
    expect(accepts(during)).not.toThrow();
    expect(accepts(after)).toThrow();
  });

  it('notes the request without its secrets and signatures', async () => {
    const { attempted } = await tried(work(), answer(200));
    expect(attempted).toMatchObject({ kind: 'finished', attempt: { outcome: { kind: 'delivered' }, bodySource: 'default', freeze: null } });
    const { request } = (attempted as Extract<typeof attempted, { kind: 'finished' }>).attempt;
    expect(request!.headers).toEqual({ 'content-type': 'application/json', 'X-Env': ['order.created'], Authorization: '***' });
  });

  it('keeps the bytes of a templated body the first time only', async () => {
    const templated = served({ templates: { '*': { order: '{/resource/id}' } } });
    const first = (await tried(work(templated), answer(500))).attempted;
    expect(first).toMatchObject({ attempt: { bodySource: 'template', freeze: { body: Buffer.from('{"order":"42"}') } } });
    const frozen = { body: Buffer.from('as it was'), contentType: 'text/plain' };
    const again = await tried(work(templated, { bodySource: 'template' }, frozen), answer(200));
    expect(again.sent).toMatchObject({ body: frozen.body, headers: { 'content-type': 'text/plain' } });
    expect(again.attempted).toMatchObject({ attempt: { bodySource: null, freeze: null } });
  });

  it('repeats the default body even when the subscription has a template by now', async () => {
    const templated = served({ templates: { '*': { order: '{/resource/id}' } } });
    const { sent } = await tried(work(templated, { bodySource: 'default' }), answer(200));
    expect(sent!.body.toString()).toContain('"data":{"b":1.0}');
  });

  it('is a recorded failure without a request when the event does not fit the template', async () => {
    const { attempted, sent } = await tried(work(served({ url: 'https://example.com/{/resource/missing}' })), answer(200));
    expect(sent).toBeUndefined();
    expect(attempted).toMatchObject({
      kind: 'finished',
      attempt: { request: null, result: { kind: 'failure', code: 'template_error' }, outcome: { kind: 'retry' }, bodySource: null },
    });
  });

  it('is not charged for a fault of ours', async () => {
    const { attempted } = await tried(work(), { kind: 'local', code: 'EMFILE' });
    expect(attempted).toEqual({ kind: 'fault', code: 'EMFILE' });
  });

  it('sends nothing when a secret cannot be opened', async () => {
    const foreign = served(
      {},
      { secretHeaders: { Authorization: vault.seal('x', aadOf('t', 'another', headerPurpose('authorization'))) } },
    );
    let wasSent = false;
    const trying = attempt(work(foreign), async () => {
      wasSent = true;
      return answer(200);
    });
    await expect(trying).rejects.toMatchObject({ code: 'secret_unreadable' });
    expect(wasSent).toBe(false);
  });

  it('without its credentials sends nothing, fixes no body and says so; with them shows their header by its name only', async () => {
    const failure: SendResult = { kind: 'failure', code: 'auth_failed', message: 'The token endpoint answered 401.', timings: TIMINGS };
    const subscription = served({ auth: { kind: 'bearer' }, templates: { '*': { id: '{/resource/id}' } } });
    const failed = await tried(work(subscription), failure);
    expect(failed.attempted).toMatchObject({
      kind: 'finished',
      attempt: {
        request: null,
        bodySource: null,
        freeze: null,
        result: { code: 'auth_failed' },
        outcome: { kind: 'retry' },
        isReported: false,
      },
    });
    const sent = await tried(work(subscription), answer(200));
    expect(sent.attempted).toMatchObject({ attempt: { request: { headers: { authorization: '***' } }, bodySource: 'template' } });
  });

  it('is noted for its subscription’s callback', async () => {
    const { attempted } = await tried(work(served({ callback: { url: 'https://erp.example.com/told' } })), answer(200));
    expect(attempted).toMatchObject({ attempt: { isReported: true } });
  });

  it.each<[Partial<SubscriptionSpec>, boolean]>([
    [{}, false],
    [{ maxConcurrency: 1 }, true],
    [{ ordering: { key: '/resource/id', afterExhaustion: 'skip' } }, true],
  ])('is awaited by those that come after it: %j %s', async (spec, isAwaited) => {
    expect((await tried(work(served(spec)), answer(200))).attempted).toMatchObject({ attempt: { isAwaited } });
  });
});

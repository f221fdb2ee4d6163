import { createHmac } from 'node:crypto';
import { startStage, untilDelivery, untilFannedOut, type Stage } from '../e2e/stage.js';
import { eventually } from '../support/eventually.js';
import { startReceiver } from '../support/receiver.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { type Diverted, refusalOf, type SocotraTenant, socotraTenant, UNKNOWN, webhookFor } from './socotra-stage.js';

let stage: Stage;
let tenant: SocotraTenant;

beforeAll(async () => {
  stage = await startStage();
  tenant = await socotraTenant(stage, 'insurer');
});

const wanting = (...[name, more]: [string, Parameters<typeof webhookFor>[2]?]) => webhookFor(stage, name, more);
const refusal = (...[method, path, body]: [string, string, unknown?]) => refusalOf(tenant, method, path, body);
const publish = (name: string, data: unknown = { n: 1 }) => tenant.native.publish({ type: `policy.${name}`, data });
const arrived = (name: string) => stage.receiver.waitFor(({ path }) => path === `/${name}`);

describe('A webhook of Socotra’s Insurance Suite', () => {
  it('3.4.11 suspends after the last attempt; what comes meanwhile is never delivered; unsuspend answers 204, also twice', async () => {
    stage.receiver.on('/suspends', [{ kind: 'answer', status: 500 }, { kind: 'answer', status: 500 }, { kind: 'answer' }]);
    const retryStrategy = { attempts: 2, interval: 0, type: 'linear' };
    const { locator } = await tenant.create(wanting('suspends', { failureHandling: { suspend: true, retryStrategy } }));
    const first = await publish('suspends');
    await untilDelivery(tenant.native, first.id, { state: 'failed', attemptCount: 2 });
    const suspended = await tenant.fetch(locator);
    expect(suspended).toMatchObject({ enabled: true, suspended: true });
    expect(Date.parse(suspended.suspendedAt!)).toBeGreaterThan(0);
    const missed = await publish('suspends');
    await untilFannedOut(stage.database);
    const answer = await tenant.send('PATCH', `/webhooks/${locator}/unsuspend`);
    expect([answer.status, answer.body]).toEqual([204, undefined]);
    expect(await tenant.fetch(locator)).toMatchObject({ suspended: false, suspendedAt: null });
    const later = await publish('suspends');
    await untilDelivery(tenant.native, later.id, { state: 'delivered' });
    expect(await tenant.native.deliveriesOf(missed.id)).toEqual([]);
    expect(stage.receiver.to('/suspends')).toHaveLength(3);
    expect((await tenant.send('PATCH', `/webhooks/${locator}/unsuspend`)).status).toBe(204);
  });

  it('3.4.12 keeps what it cannot deliver under /diverted, to be fetched, resent or deleted by whoever may', async () => {
    stage.receiver.on('/diverts', [{ kind: 'answer', status: 500 }, { kind: 'answer', status: 503 }, { kind: 'answer' }]);
    const { locator } = await tenant.create(wanting('diverts', { failureHandling: { divert: true, triggers: ['5xx', '500'] } }));
    const at = `/webhooks/${locator}/diverted`;
    const events = [];
    for (const requestId of ['01KAK3J0V1QH6E6T2C0X8ZC3VB', undefined]) {
      const event = { name: 'diverts', ...(requestId ? { requestId } : {}) };
      const { id } = await tenant.native.publish({ type: 'policy.diverts', data: 1, event });
      await untilDelivery(tenant.native, id, { state: 'diverted' });
      events.push(id.slice('evt_'.length));
    }
    const [first, second] = events as [string, string];
    const list = async (query = '') => (await tenant.send<Diverted[]>('GET', at + query)).body;
    const failureTimestamp = expect.stringMatching(/^\d{4}-.*Z$/) as string;
    const rows = [
      {
        eventLocator: second,
        requestLocator: second,
        failureMessage: 'The receiver answered 503.',
        failureTimestamp,
        failureTrigger: '5xx',
      },
      {
        eventLocator: first,
        requestLocator: '01KAK3J0V1QH6E6T2C0X8ZC3VB',
        failureMessage: 'The receiver answered 500.',
        failureTimestamp,
        failureTrigger: '500',
      },
    ];
    expect(await list()).toEqual(rows);
    expect(await list('?offset=1&count=1')).toEqual([rows[1]]);
    expect((await tenant.send('GET', `${at}/${first}`)).body).toEqual(rows[1]);
    expect(await refusal('GET', `${at}/${UNKNOWN}`)).toEqual([404, 'not_found', undefined]);

    const statuses = async (send: SocotraTenant['send']) => {
      const calls = [
        ['GET', `${at}/${first}`],
        ['GET', at],
        ['POST', `${at}/${UNKNOWN}/resend`],
        ['DELETE', `${at}/${UNKNOWN}`],
      ] as const;
      return Promise.all(calls.map(async ([method, path]) => (await send(method, path)).status));
    };
    expect(await statuses(await tenant.withPermissions('diverted:read'))).toEqual([200, 403, 403, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:read', 'diverted:list'))).toEqual([200, 200, 403, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:resend'))).toEqual([403, 403, 404, 403]);
    expect(await statuses(await tenant.withPermissions('diverted:delete'))).toEqual([403, 403, 403, 404]);

    const resent = await tenant.send<Diverted>('POST', `${at}/${first}/resend`);
    expect([resent.status, resent.body]).toEqual([200, rows[1]]);
    await untilDelivery(tenant.native, `evt_${first}`, { state: 'delivered' });
    expect(await list()).toEqual([rows[0]]);
    const deleted = await tenant.send<Diverted>('DELETE', `${at}/${second}`);
    expect([deleted.status, deleted.body]).toEqual([200, rows[0]]);
    expect(await list()).toEqual([]);
    expect(await refusal('POST', `${at}/${second}/resend`)).toEqual([404, 'not_found', undefined]);
  });

  it('3.4.12 neither retries, diverts nor suspends for a failure that is no trigger; a receiver that is not there is a timeout', async () => {
    stage.receiver.on('/untriggered', { kind: 'answer', status: 403 });
    const failureHandling = { triggers: ['5xx'], divert: true, suspend: true, retryStrategy: { attempts: 5, interval: 0, type: 'linear' } };
    const { locator } = await tenant.create(wanting('untriggered', { failureHandling }));
    const { id } = await publish('untriggered');
    await untilDelivery(tenant.native, id, { state: 'failed', reason: 'not_retryable', attemptCount: 1 });
    expect(await tenant.fetch(locator)).toMatchObject({ suspended: false });

    const absent = await startReceiver();
    await absent.close();
    const { locator: deaf } = await tenant.create(
      wanting('absent', { endpoint: { url: absent.url }, failureHandling: { ...failureHandling, triggers: ['timeout'] } }),
    );
    const lost = await publish('absent');
    await untilDelivery(tenant.native, lost.id, { state: 'diverted', attemptCount: 5 });
    expect((await tenant.send<Diverted[]>('GET', `/webhooks/${deaf}/diverted`)).body).toMatchObject([
      { failureTrigger: 'timeout', failureMessage: 'There was no answer: connection_refused.' },
    ]);
    expect(await tenant.fetch(deaf)).toMatchObject({ suspended: true });
  });

  it('3.4.13 tells the alert endpoint once when the attempts are used up, and nobody when that fails', async () => {
    stage.receiver.on('/broken', { kind: 'answer', status: 500 });
    stage.receiver.on('/alerts', { kind: 'answer', status: 500 });
    const alertEndpoint = { url: `${stage.receiver.url}/alerts`, headers: { 'X-Team': ['a', 'b'] } };
    const { locator, failureHandling } = await tenant.create(
      wanting('broken', { failureHandling: { alertEndpoint, retryStrategy: { attempts: 2, interval: 0, type: 'linear' } } }),
    );
    expect(failureHandling).toMatchObject({
      alertEndpoint: { ...alertEndpoint, hmacEnabled: false, secret: '', secureSsl: true, tag: '' },
    });
    const first = await publish('broken');
    const notice = await arrived('alerts');
    expect(notice.headers['x-team']).toBe('a, b');
    expect(JSON.parse(notice.body.toString())).toMatchObject({ subscriptionId: `sub_${locator}`, eventId: first.id, attemptCount: 2 });
    const second = await publish('broken');
    await stage.receiver.waitFor(({ path, body }) => path === '/alerts' && body.includes(second.id));
    expect(stage.receiver.to('/alerts')).toHaveLength(2);
    const signed = wanting('broken', { failureHandling: { alertEndpoint: { ...alertEndpoint, secret: 'x', hmacEnabled: true } } });
    expect(await refusal('POST', '/webhooks', signed)).toEqual([400, 'not_supported', '/failureHandling/alertEndpoint']);
  });

  it('3.4.14 signs with the secret and names it by its tag, if hmacEnabled says so; neither goes without a secret, and none is shown', async () => {
    const { locator, endpoint } = await tenant.create(
      wanting('signed', { endpoint: { hmacEnabled: true, secret: 's3cr3t-of-mine', tag: 'v1' } }),
    );
    expect(endpoint).toMatchObject({ hmacEnabled: true, secret: '***', tag: 'v1' });
    const next = async (n: number) => {
      await publish('signed', { n });
      await eventually(() => expect(stage.receiver.to('/signed')).toHaveLength(n));
      const { headers, body } = stage.receiver.to('/signed')[n - 1]!;
      return { signature: headers['socotra-signature'], tag: headers['socotra-signature-tag'], body };
    };
    const signed = (secret: string, body: Buffer) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const first = await next(1);
    expect([first.signature, first.tag]).toEqual([signed('s3cr3t-of-mine', first.body), 'v1']);
    expect((await tenant.patch(locator, { endpoint: { tag: 'v2' } })).endpoint).toMatchObject({
      hmacEnabled: true,
      secret: '***',
      tag: 'v2',
    });
    const second = await next(2);
    expect([second.signature, second.tag]).toEqual([signed('s3cr3t-of-mine', second.body), 'v2']);
    expect((await tenant.patch(locator, { endpoint: { hmacEnabled: false } })).endpoint).toMatchObject({
      hmacEnabled: false,
      secret: '***',
    });
    expect(await next(3)).toMatchObject({ signature: undefined, tag: undefined });
    // What was read may be sent back: the mask stands for the secret that is stored.
    const { hmacEnabled: _, headers: __, ...read } = (await tenant.fetch(locator)).endpoint;
    await tenant.patch(locator, { endpoint: { ...read, hmacEnabled: true } });
    const fourth = await next(4);
    expect(fourth.signature).toBe(signed('s3cr3t-of-mine', fourth.body));
    await tenant.patch(locator, { endpoint: { secret: 'another' } });
    const fifth = await next(5);
    expect(fifth.signature).toBe(signed('another', fifth.body));
    expect(JSON.stringify(await tenant.send('GET', '/webhooks/list'))).not.toMatch(/s3cr3t-of-mine|another/);

    const refused = [400, 'secret_required', '/endpoint/secret'];
    const plain = await tenant.create(wanting('unsigned'));
    for (const part of [{ tag: 'v1' }, { hmacEnabled: true }]) {
      expect(await refusal('POST', '/webhooks', wanting('unsigned', { endpoint: part }))).toEqual(refused);
      expect(await refusal('PATCH', `/webhooks/${plain.locator}`, { endpoint: part })).toEqual(refused);
    }
  });

  it('3.4.15 delivers to a self-signed certificate with secureSsl false, and not with secureSsl true', async () => {
    const secure = await startReceiver({ tls: SELF_SIGNED });
    const strict = await tenant.create(wanting('tls', { endpoint: { url: `${secure.url}/strict`, secureSsl: true } }));
    const lax = await tenant.create(wanting('tls', { endpoint: { url: `${secure.url}/lax`, secureSsl: false } }));
    expect([strict.endpoint.secureSsl, lax.endpoint.secureSsl]).toEqual([true, false]);
    const { id } = await publish('tls');
    await untilDelivery(tenant.native, id, { state: 'delivered' }, `sub_${lax.locator}`);
    await untilDelivery(tenant.native, id, { state: 'failed', lastError: 'tls_untrusted' }, `sub_${strict.locator}`);
    expect(secure.requests.map(({ path }) => path)).toEqual(['/lax']);
  });

  it('3.4.16 deletes with 204 and knows the webhook no more; a disabled one gets nothing', async () => {
    const { locator } = await tenant.create(wanting('deleted'));
    const { status, body } = await tenant.send('DELETE', `/webhooks/${locator}`);
    expect([status, body]).toEqual([204, undefined]);
    expect(await refusal('GET', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);
    expect(await refusal('DELETE', `/webhooks/${locator}`)).toEqual([404, 'not_found', undefined]);

    const disabled = await tenant.create(wanting('disabled', { enabled: false }));
    const missed = await publish('disabled');
    await untilFannedOut(stage.database);
    expect(await tenant.patch(disabled.locator, { enabled: true })).toMatchObject({ enabled: true });
    const later = await publish('disabled');
    await untilDelivery(tenant.native, later.id, { state: 'delivered' });
    expect(await tenant.native.deliveriesOf(missed.id)).toEqual([]);
    expect(stage.receiver.to('/disabled')).toHaveLength(1);
  });

  it('3.4.17 delivers an EventResponse, the data byte for byte, and the events API shows the same', async () => {
    await tenant.create(wanting('quote.issue'));
    const event =
      '{"type":"policy.quote.issue","occurredAt":"2026-11-21T10:00:00Z","event":{"requestId":"01KAK3J0V1QH6E6T2C0X8ZC3VB"},"user":{"id":"u-1"},"data":{"premium":12345678901234567890,"a" : 1.10}}';
    const published = await tenant.native.send<{ id: string }>('POST', '/v1/events', { body: event });
    const { body } = await arrived('quote.issue');
    const locator = published.body.id.slice('evt_'.length);
    const bytes = `{"locator":"${locator}","requestId":"01KAK3J0V1QH6E6T2C0X8ZC3VB","userLocator":"u-1","timestamp":"2026-11-21T10:00:00.000Z","type":"policy.quote.issue","data":{"premium":12345678901234567890,"a" : 1.10}}`;
    expect(body.toString()).toBe(bytes);
    const shown = await fetch(`${stage.gateway.url}/event/${tenant.locator}/events/${locator}`, {
      headers: { authorization: `Bearer ${tenant.native.key}` },
    });
    expect([shown.status, shown.headers.get('content-type'), await shown.text()]).toEqual([200, 'application/json; charset=utf-8', bytes]);
  });

  it('keeps the values of secret headers, also of the alert endpoint, when Socotra’s client changes something else', async () => {
    stage.receiver.on('/keeps', { kind: 'answer', status: 500 });
    const secret = (value: string) => ({ 'X-Key': { value, secret: true } });
    const native = await tenant.native.subscribe({
      url: `${stage.receiver.url}/keeps`,
      eventTypes: ['policy.keeps'],
      headers: secret('t0k3n'),
      failureHandling: {
        retry: { kind: 'fixed', delaySeconds: 0, maxAttempts: 1 },
        alertEndpoint: { url: `${stage.receiver.url}/kept-alerts`, headers: secret('k3y') },
      },
    });
    await tenant.patch(native.locator, { name: 'Renamed' });
    await tenant.patch(native.locator, { failureHandling: { alertEndpoint: { addHeaders: { 'X-Team': ['a'] } } } });
    await publish('keeps');
    expect((await arrived('keeps')).headers['x-key']).toBe('t0k3n');
    expect((await arrived('kept-alerts')).headers).toMatchObject({ 'x-key': 'k3y', 'x-team': 'a' });
  });
});

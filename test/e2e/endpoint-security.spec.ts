import type { Delivery, NewSubscription } from '../support/api-shapes.js';
import { type Certificate, makeCertificate } from '../support/certificates.js';
import { type DnsServer, startDnsServer } from '../support/dns-server.js';
import { eventually } from '../support/eventually.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { CANARY_HOST, RECEIVER_HOST } from '../support/test-settings.js';
import { patch, readSubscription, startStage, untilDelivery, type Stage } from './stage.js';

const NAME = 'hooks.example.com';
const ONCE = { retry: null };

describe('an endpoint', () => {
  let stage: Stage;
  let names: DnsServer;
  let canary: Receiver;
  const authority = makeCertificate('authority', { isAuthority: true });

  beforeAll(async () => {
    names = await startDnsServer();
    stage = await startStage({ env: { DNS_SERVERS: names.address } });
    canary = await startReceiver({ host: CANARY_HOST, port: stage.receiver.port });
    names.on(NAME, [RECEIVER_HOST]);
  });

  let count = 0;
  /** Subscribes one endpoint to a type of its own. */
  async function subscribe(fields: Partial<NewSubscription> & { url: string }) {
    const type = `type-${count++}`;
    const subscription = await stage.tenant.subscribe({ eventTypes: [type], timeoutMs: 3_000, failureHandling: ONCE, ...fields });
    const deliver = async (state: Delivery['state']): Promise<Delivery & { code: string | undefined }> => {
      const { id } = await stage.tenant.publish({ type, data: {} });
      const delivery = await untilDelivery(stage.tenant, id, { state }, subscription.id);
      return { ...delivery, code: (await stage.tenant.attempts(delivery.id)).at(-1)?.error?.code };
    };
    return { subscription, deliver };
  }

  describe('known by name', () => {
    const at = (name: string): string => `http://${name}:${stage.receiver.port}/`;

    it('is reached where the name leads, and no more once it leads inside', async () => {
      names.on('rebound.example.com', [RECEIVER_HOST], [CANARY_HOST]);
      // Each attempt asks for itself: the connection is closed after every answer.
      stage.receiver.on('/', { kind: 'answer', headers: { connection: 'close' } });
      const { deliver } = await subscribe({ url: at('rebound.example.com') });
      expect((await deliver('delivered')).code).toBeUndefined();
      expect((await deliver('failed')).code).toBe('blocked_address');
    });

    it('is refused when any of its addresses is inside', async () => {
      names.on('mixed.example.com', [RECEIVER_HOST, CANARY_HOST]);
      const { deliver } = await subscribe({ url: at('mixed.example.com') });
      expect((await deliver('failed')).code).toBe('blocked_address');
    });

    afterAll(() => {
      expect(canary.requests).toEqual([]);
    });
  });

  describe('with https', () => {
    const secureReceiver = (certificate: Certificate, options = {}) => startReceiver({ tls: { ...certificate, ...options } });
    const signed = (name = NAME) => makeCertificate(name, { names: [`DNS:${NAME}`], issuer: authority });
    const at = ({ port }: Receiver): string => `https://${NAME}:${port}/`;

    it('is known by an authority of the subscription’s own, until that is taken away', async () => {
      const { subscription, deliver } = await subscribe({ url: at(await secureReceiver(signed())), tls: { ca: authority.cert } });
      expect(subscription).toMatchObject({ insecure: false, tls: { verify: true, ca: authority.cert, clientCertificate: null } });
      await deliver('delivered');
      // The connection is still open, and no longer good.
      await patch(stage.tenant, subscription, { tls: { ca: null } });
      expect((await deliver('failed')).code).toBe('tls_untrusted');
    });

    it('is unverified only for the subscription that says so, which is shown as insecure', async () => {
      const url = at(await secureReceiver(makeCertificate('x', { names: ['DNS:other.example.com'] })));
      const [careless, careful] = [await subscribe({ url, tls: { verify: false } }), await subscribe({ url })];
      expect([careless.subscription.insecure, careful.subscription.insecure]).toEqual([true, false]);
      await careless.deliver('delivered');
      expect((await careful.deliver('failed')).code).toBe('tls_untrusted');
    });

    it('that asks who we are is shown the subscription’s certificate, whose key nobody sees again', async () => {
      const receiver = await secureReceiver(signed(), { ca: authority.cert, requestCert: true, rejectUnauthorized: true });
      const own = makeCertificate('tidings', { issuer: authority });
      const tls = { ca: authority.cert, clientCertificate: { certificate: own.cert, privateKey: own.key } };
      const { subscription, deliver } = await subscribe({ url: at(receiver), tls });
      await deliver('delivered');
      const shown = { certificate: own.cert, privateKey: { secret: true } };
      expect(subscription.tls.clientCertificate).toEqual(shown);
      const read = await readSubscription(stage.tenant, subscription);
      expect(read.tls.clientCertificate).toEqual(shown);

      const keyLines = own.key.split('\n').slice(1, -2);
      const [stored] = await stage.database.query<{ all: string }>('SELECT s::text AS all FROM subscriptions s WHERE id = $1', [read.uuid]);
      for (const line of keyLines) expect(stored!.all + JSON.stringify(read) + stage.dispatchers[0]!.logs()).not.toContain(line);

      // Other changes keep it, also when what was read is written back.
      await patch(stage.tenant, subscription, { timeoutMs: 2_000, tls: read.tls });
      await deliver('delivered');
      const { deliver: deliverBare } = await subscribe({ url: at(receiver), tls: { ca: authority.cert } });
      expect((await deliverBare('failed')).code).toMatch(/^(tls_|connection_reset)/);
    });

    it('is refused with what is wrong about its certificates, and nothing is stored', async () => {
      const { status, body } = await stage.tenant.send<{ errors: { path: string; code: string }[] }>('POST', '/v1/subscriptions', {
        body: {
          name: 'n',
          url: 'https://e.example.com/',
          tls: { ca: 'x', clientCertificate: { certificate: authority.cert, privateKey: 'x' } },
        },
      });
      expect({ status, codes: body.errors.map(({ path, code }) => `${path} ${code}`) }).toEqual({
        status: 422,
        codes: ['/tls/ca certificate_invalid', '/tls/clientCertificate/privateKey private_key_invalid'],
      });
    });
  });

  it('that feeds its own events comes to an end after the third round, and says so', async () => {
    const key = { authorization: { value: `Bearer ${stage.tenant.key}`, secret: true } };
    const body = { '*': { type: 'round', data: { again: '{/data/again}' } } };
    const { id } = await stage.tenant.subscribe({
      url: `${stage.gateway.url}/v1/events`,
      eventTypes: ['round'],
      headers: key,
      templates: body,
      failureHandling: ONCE,
    });
    await stage.tenant.publish({ type: 'round', data: { again: 'and again' } });
    const refused = await eventually(async () => {
      const rows = await stage.database.query<{ id: string; state: string; last_status: number }>(
        'SELECT id, state, last_status FROM deliveries WHERE subscription_id = $1 ORDER BY id',
        [(await readSubscription(stage.tenant, { id })).uuid],
      );
      expect(rows.map(({ state, last_status }) => `${state} ${last_status}`)).toEqual([
        ...Array<string>(3).fill('delivered 202'),
        'failed 508',
      ]);
      return rows;
    });
    expect(refused).toHaveLength(4);
    const [attempt] = await stage.database.query<{ body: string }>(
      `SELECT convert_from(response_body, 'UTF8') AS body FROM attempts WHERE delivery_id = $1`,
      [refused.at(-1)!.id],
    );
    expect(JSON.parse(attempt!.body)).toMatchObject({ code: 'webhook_loop' });
  });
});

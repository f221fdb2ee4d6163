import { startConnectProxy } from '../support/connect-proxy.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../../apps/standalone/src/ports.js';
import { deliveryOf, startStage, untilDelivery, type Stage } from './stage.js';

/** A deployment that is stricter than the defaults, and lets everything out through a proxy. */
describe('a deployment', () => {
  let stage: Stage;
  let proxyPort: number;

  beforeAll(async () => {
    proxyPort = await freePort();
    stage = await startStage({
      env: {
        EGRESS_PROXY_URL: `http://user:a-password-of-the-proxy@127.0.0.1:${proxyPort}`,
        EGRESS_PORTS: '1024-65535',
        EGRESS_ALLOW_UNVERIFIED_TLS: 'false',
        PUBLIC_HOSTS: 'hooks.tidings.example',
      },
    });
  });

  it.each([
    ['a port that it does not name', { url: 'https://e.example.com/' }, '/url url_port'],
    ['its own name', { url: 'https://hooks.tidings.example:8443/v1/events' }, '/url url_self'],
    ['no verification', { url: 'https://e.example.com:8443/', tls: { verify: false } }, '/tls/verify tls_verify_required'],
  ])('refuses a subscription with %s', async (_what, fields, fault) => {
    const { status, body } = await stage.tenant.send<{ errors: { path: string; code: string }[] }>('POST', '/v1/subscriptions', {
      body: { name: 'n', ...fields },
    });
    expect({ status, errors: body.errors.map(({ path, code }) => `${path} ${code}`) }).toEqual({ status: 422, errors: [fault] });
  });

  it('whose proxy is down charges nobody for it, and delivers once it is back', async () => {
    await stage.tenant.subscribe({ url: `${stage.receiver.url}/proxied`, eventTypes: ['proxied'], failureHandling: { retry: null } });
    const { id } = await stage.tenant.publish({ type: 'proxied', data: {} });
    const [dispatcher] = stage.dispatchers;
    await eventually(() => expect(dispatcher!.logs()).toContain('egress_proxy_unavailable'));
    expect(await deliveryOf(stage.tenant, id)).toMatchObject({ state: 'pending', attemptCount: 0 });
    const proxy = await startConnectProxy('127.0.0.1', proxyPort);
    await untilDelivery(stage.tenant, id, { state: 'delivered', attemptCount: 1 });
    expect(proxy.asked).toEqual([
      {
        authority: `${stage.receiver.host}:${stage.receiver.port}`,
        authorization: `Basic ${Buffer.from('user:a-password-of-the-proxy').toString('base64')}`,
      },
    ]);
    expect(dispatcher!.logs() + stage.gateway.logs()).not.toContain('a-password-of-the-proxy');
  });
});

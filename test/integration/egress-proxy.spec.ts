import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Dialer } from '../../apps/dispatcher/src/dispatch/send/dial.js';
import { EgressProxy } from '../../apps/dispatcher/src/dispatch/send/egress-proxy.js';
import { GuardedAgents } from '../../apps/dispatcher/src/dispatch/send/guarded-agents.js';
import type { OutgoingRequest } from '../../apps/dispatcher/src/dispatch/send/outgoing-request.js';
import { send as sendByGot } from '../../apps/dispatcher/src/dispatch/send/send.js';
import { Sender } from '../../apps/dispatcher/src/dispatch/send/sender.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import { makeCertificate } from '../support/certificates.js';
import { atEnd } from '../support/cleanup.js';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.js';
import { startReceiver } from '../support/receiver.js';
import { CANARY_HOST, RECEIVER_HOST } from '../support/test-settings.js';

const CLIENTS = [
  ['a delivery', (dialer: Dialer) => new Sender(dialer)],
  [
    'a side request',
    (dialer: Dialer) => {
      const agents = new GuardedAgents(dialer);
      return { send: (request: OutgoingRequest) => sendByGot(request, agents), destroy: () => agents.destroy() };
    },
  ],
] as const;

describe.each(CLIENTS)('%s through a proxy', (_name, createClient) => {
  let proxy: ConnectProxy;
  beforeAll(async () => {
    proxy = await startConnectProxy();
    proxy.resolve('hooks.example.com', RECEIVER_HOST);
  });
  beforeEach(() => proxy.answer(undefined));

  /** Nobody may be asked for an address: that is the proxy's part. */
  const unasked = () => Promise.reject(new Error('asked for an address'));
  const through = (proxyUrl: string) =>
    createClient(new Dialer({ allow: parseAllowList([`${RECEIVER_HOST}/32`]), proxy: new EgressProxy(proxyUrl) }, unasked));
  async function sendTo(url: string, over: Partial<OutgoingRequest> = {}, proxyUrl = proxy.url) {
    const client = through(proxyUrl);
    try {
      return await client.send({
        method: 'POST',
        url,
        headers: {},
        body: Buffer.from('x'),
        timeoutMs: 3_000,
        tls: { verify: true },
        ...over,
      });
    } finally {
      client.destroy();
    }
  }

  it('arrives by http and by https, with the proxy’s credentials for the proxy alone', async () => {
    const receiver = await startReceiver();
    const withUser = proxy.url.replace('http://', 'http://us%40er:p%3Ass@');
    const [before] = [proxy.asked.length];
    expect(await sendTo(`http://hooks.example.com:${receiver.port}/`, {}, withUser)).toMatchObject({ kind: 'response', status: 200 });
    const authority = makeCertificate('authority', { isAuthority: true });
    const server = createHttpsServer(makeCertificate('x', { names: ['DNS:hooks.example.com'], issuer: authority }), (_, response) => {
      response.end('secure');
    });
    await new Promise<void>((resolve) => server.listen(0, RECEIVER_HOST, resolve));
    atEnd('https receiver', () => {
      server.closeAllConnections();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const secure = await sendTo(`https://hooks.example.com:${port}/`, { tls: { verify: true, ca: authority.cert } }, withUser);
    expect(secure).toMatchObject({ kind: 'response', bodyPrefix: Buffer.from('secure') });
    // Who is asked for the address is the proxy, as part of connecting.
    expect(secure).toMatchObject({ timings: { dnsMs: null, connectMs: expect.any(Number), tlsMs: expect.any(Number) } });
    expect(await sendTo(`https://hooks.example.com:${port}/`)).toMatchObject({ kind: 'failure', code: 'tls_untrusted' });
    const authorization = `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`;
    expect(proxy.asked.slice(before, before + 2)).toEqual([
      { authority: `hooks.example.com:${receiver.port}`, authorization },
      { authority: `hooks.example.com:${port}`, authorization },
    ]);
    expect(receiver.requests[0]!.headers).not.toHaveProperty('proxy-authorization');
  });

  it('still goes to no literal address that is blocked, and the proxy never hears of it', async () => {
    const [before] = [proxy.asked.length];
    expect(await sendTo(`http://${CANARY_HOST}:8080/`)).toMatchObject({ kind: 'failure', code: 'blocked_address' });
    expect(proxy.asked).toHaveLength(before);
  });

  it.each([
    ['403 Forbidden', '', 'blocked_address'],
    ['407 Request rejected by proxy', 'X-Smokescreen-Error: denied\r\n', 'blocked_address'],
    ['502 Bad Gateway', '', 'connection_error'],
    ['503 Service Unavailable', '', 'connection_error'],
    ['504 Gateway Timeout', '', 'timeout_connect'],
  ])('fails by the endpoint’s fault when the proxy says %s %s', async (status, headers, code) => {
    proxy.answer(`HTTP/1.1 ${status}\r\n${headers}\r\n`);
    expect(await sendTo('http://hooks.example.com/')).toMatchObject({ kind: 'failure', code });
  });

  it.each([
    ['407 Proxy Authentication Required', 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'egress_proxy_refused'],
    ['500 Internal Server Error', 'HTTP/1.1 500 Internal Server Error\r\n\r\n', 'egress_proxy_refused'],
    ['nothing', '', 'egress_proxy_unavailable'],
    ['what never ends', 'x'.repeat(20_000), 'egress_proxy_unavailable'],
  ])('is not charged to the endpoint when the proxy says %s', async (_what, answer, code) => {
    proxy.answer(answer);
    expect(await sendTo('http://hooks.example.com/')).toEqual({ kind: 'local', code });
  });

  it('is not charged to the endpoint when there is no proxy', async () => {
    const gone = await startConnectProxy();
    gone.close();
    expect(await sendTo('http://hooks.example.com/', {}, gone.url)).toEqual({ kind: 'local', code: 'egress_proxy_unavailable' });
  });
});

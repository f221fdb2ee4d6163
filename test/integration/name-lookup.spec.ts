import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Dialer } from '../../apps/dispatcher/src/dispatch/send/dial.js';
import { HostsFile } from '../../apps/dispatcher/src/dispatch/send/hosts-file.js';
import { createResolve } from '../../apps/dispatcher/src/dispatch/send/resolve.js';
import { Sender } from '../../apps/dispatcher/src/dispatch/send/sender.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import type { LocalFault, SendResult } from '../../libs/domain/src/send-result.js';
import { type DnsServer, startDnsServer } from '../support/dns-server.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { CANARY_HOST, RECEIVER_HOST } from '../support/test-settings.js';

const noHosts = new HostsFile('/dev/null');

describe('a name', () => {
  let names: DnsServer;
  let receiver: Receiver;
  let canary: Receiver;
  let sender: Sender;

  beforeAll(async () => {
    [names, receiver] = await Promise.all([startDnsServer(), startReceiver()]);
    canary = await startReceiver({ host: CANARY_HOST, port: receiver.port });
    sender = new Sender(new Dialer({ allow: parseAllowList([`${RECEIVER_HOST}/32`]) }, createResolve([names.address], noHosts)));
  });
  afterAll(() => sender.destroy());

  const sendTo = (name: string, by = sender): Promise<SendResult | LocalFault> =>
    by.send({
      method: 'POST',
      url: `http://${name}:${receiver.port}/`,
      headers: { connection: 'close' },
      body: Buffer.from('x'),
      timeoutMs: 10_000,
      tls: { verify: true },
    });

  it('is looked up in both families, and reached', async () => {
    names.on('good.example.com', [RECEIVER_HOST]);
    expect(await sendTo('good.example.com')).toMatchObject({ status: 200, timings: { dnsMs: expect.any(Number) } });
  });

  it.each([
    ['internal', [CANARY_HOST]],
    ['mixed', [RECEIVER_HOST, CANARY_HOST]],
    ['mixed-the-other-way', [CANARY_HOST, RECEIVER_HOST]],
    ['mixed-in-families', [RECEIVER_HOST, '::1']],
    ['mapped', ['::ffff:127.0.0.66']],
  ])('that is %s is refused', async (name, addresses) => {
    names.on(`${name}.example.com`, addresses);
    expect(await sendTo(`${name}.example.com`)).toMatchObject({ kind: 'failure', code: 'blocked_address' });
  });

  it('that is bound anew between two attempts is refused from then on', async () => {
    names.on('rebound.example.com', [RECEIVER_HOST], [CANARY_HOST]);
    expect(await sendTo('rebound.example.com')).toMatchObject({ status: 200 });
    expect(await sendTo('rebound.example.com')).toMatchObject({ code: 'blocked_address' });
    // Everything refused so far has ended, and what is allowed gets through.
    expect(canary.requests).toEqual([]);
  });

  it('that nobody knows, and one whose server fails, is the endpoint’s failure', async () => {
    names.on('failing.example.com', 'failure');
    expect(await sendTo('unknown.example.com')).toMatchObject({ kind: 'failure', code: 'dns_error' });
    expect(await sendTo('failing.example.com')).toMatchObject({ kind: 'failure', code: 'dns_error' });
  });

  it('whose server is silent delays its own requests alone, however many they are', async () => {
    const silent = Array.from({ length: 50 }, (_, i) => `silent-${i}.example.com`);
    for (const name of silent) names.on(name, 'silence');
    const waiting = silent.map((name) => sendTo(name));
    const began = performance.now();
    expect(await sendTo('good.example.com')).toMatchObject({ status: 200 });
    const tookMs = performance.now() - began;
    expect(new Set((await Promise.all(waiting)).map((result) => result.kind === 'failure' && result.code))).toEqual(
      new Set(['timeout_dns']),
    );
    expect(tookMs).toBeLessThan(1_500);
  });

  it('in the hosts file is not asked for', async () => {
    const [before] = [names.asked.length];
    const resolve = createResolve([names.address]);
    expect(await resolve('localhost')).toContainEqual({ address: '127.0.0.1', family: 4 });
    expect(names.asked).toHaveLength(before);
  });

  it('that cannot be asked for, because our name server is gone, costs the endpoint nothing', async () => {
    const closed = createSocket('udp4').bind(0, '127.0.0.53');
    await once(closed, 'listening');
    const { port } = closed.address();
    closed.close();
    const lost = new Sender(new Dialer({ allow: parseAllowList([]) }, createResolve([`127.0.0.53:${port}`], noHosts)));
    expect(await sendTo('good.example.com', lost)).toEqual({ kind: 'local', code: 'dns_unavailable' });
    lost.destroy();
  });
});

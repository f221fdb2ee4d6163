import type { TLSSocket } from 'node:tls';
import { Dialer } from '../../apps/dispatcher/src/dispatch/send/dial.js';
import { GuardedAgents } from '../../apps/dispatcher/src/dispatch/send/guarded-agents.js';
import type { OutgoingRequest } from '../../apps/dispatcher/src/dispatch/send/outgoing-request.js';
import { send as sendByGot } from '../../apps/dispatcher/src/dispatch/send/send.js';
import { Sender } from '../../apps/dispatcher/src/dispatch/send/sender.js';
import type { TlsPolicy } from '../../apps/dispatcher/src/dispatch/send/tls-policy.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import type { LocalFault, SendResult } from '../../libs/domain/src/send-result.js';
import { createServer, type Server } from 'node:https';
import { createServer as createPlainServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../support/certificates.js';
import { atEnd } from '../support/cleanup.js';
import { RECEIVER_HOST } from '../support/test-settings.js';

const NAME = 'hooks.example.com';
const allow = parseAllowList([`${RECEIVER_HOST}/32`]);
const names = () => Promise.resolve([{ address: RECEIVER_HOST, family: 4 }]);

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

/** Two authorities that the world does not know, and what they signed. */
const authority = makeCertificate('authority', { isAuthority: true });
const other = makeCertificate('another authority', { isAuthority: true });
const sound = makeCertificate(NAME, { names: [`DNS:${NAME}`], issuer: authority });
const expired = makeCertificate(NAME, { names: [`DNS:${NAME}`], issuer: authority, isExpired: true });
const misnamed = makeCertificate('x', { names: ['DNS:other.example.com'], issuer: authority });
const ourOwn = makeCertificate('tidings', { issuer: authority });

interface Receiver {
  url: string;
  /** Server names of SNI, one per connection. */
  asked: string[];
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, RECEIVER_HOST, resolve));
  atEnd('https receiver', () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function startHttps(options: object): Promise<Receiver> {
  const asked: string[] = [];
  const server = createServer(options, (request, response) => {
    const { CN } = ((request.socket as TLSSocket).getPeerCertificate() as { subject?: { CN?: string } }).subject ?? {};
    response.end(CN ?? 'nobody');
  });
  server.on('secureConnection', (socket: TLSSocket) => asked.push(String(socket.servername)));
  return { url: `https://${NAME}:${await listen(server)}/`, asked };
}

describe.each(CLIENTS)('the TLS of %s', (_name, createClient) => {
  const client = createClient(new Dialer({ allow, allowUnverifiedTls: true }, names));
  afterAll(() => client.destroy());

  const sendTo = ({ url }: { url: string }, tls: TlsPolicy, by: { send: typeof client.send } = client): Promise<SendResult | LocalFault> =>
    by.send({ method: 'POST', url, headers: {}, body: Buffer.from('x'), timeoutMs: 5_000, tls });
  const told = (result: SendResult | LocalFault): string => (result.kind === 'response' ? result.bodyPrefix.toString() : result.code);

  it('takes no certificate that the world does not vouch for, that is for another name, or whose time is up', async () => {
    const trusting: TlsPolicy = { verify: true, ca: authority.cert };
    expect(told(await sendTo(await startHttps(sound), { verify: true }))).toBe('tls_untrusted');
    expect(told(await sendTo(await startHttps(misnamed), trusting))).toBe('tls_hostname');
    expect(told(await sendTo(await startHttps(expired), trusting))).toBe('tls_expired');
    const old = await startHttps({ ...sound, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' });
    expect(told(await sendTo(old, trusting))).toBe('tls_protocol');
    const plain = createPlainServer((_request, response) => void response.end());
    expect(told(await sendTo({ url: `https://${NAME}:${await listen(plain as Server)}/` }, trusting))).toBe('tls_protocol');
  });

  it('takes what the subscription’s own authority signed, and nothing else', async () => {
    const receiver = await startHttps(sound);
    expect(told(await sendTo(receiver, { verify: true, ca: authority.cert }))).toBe('nobody');
    expect(told(await sendTo(receiver, { verify: true, ca: other.cert }))).toBe('tls_untrusted');
    expect(receiver.asked[0]).toBe(NAME);
  });

  it('is unverified for the one who asks for that alone, name indication still on, over a connection nobody else gets', async () => {
    const receiver = await startHttps(misnamed);
    expect(told(await sendTo(receiver, { verify: false }))).toBe('nobody');
    expect(told(await sendTo(receiver, { verify: true }))).toBe('tls_untrusted');
    expect(told(await sendTo(receiver, { verify: false }))).toBe('nobody');
    expect(receiver.asked[0]).toBe(NAME);
  });

  it('is verified all the same where the deployment allows nothing else', async () => {
    const strict = createClient(new Dialer({ allow }, names));
    expect(told(await sendTo(await startHttps(sound), { verify: false }, strict))).toBe('tls_untrusted');
    strict.destroy();
  });

  it('shows the client certificate to a receiver that asks for one, and connections are not shared with those who have none', async () => {
    const receiver = await startHttps({ ...sound, ca: authority.cert, requestCert: true, rejectUnauthorized: false });
    const tls = { verify: true, ca: authority.cert };
    const clientCertificate = { certificate: ourOwn.cert, privateKey: ourOwn.key };
    expect(told(await sendTo(receiver, tls))).toBe('nobody');
    expect(told(await sendTo(receiver, { ...tls, clientCertificate }))).toBe('tidings');
    expect(told(await sendTo(receiver, { ...tls, clientCertificate }))).toBe('tidings');
    expect(told(await sendTo(receiver, tls))).toBe('nobody');
  });

  it('guards addresses whatever it asks of certificates', async () => {
    expect(told(await sendTo({ url: 'https://127.0.0.66/' }, { verify: false }))).toBe('blocked_address');
  });
});

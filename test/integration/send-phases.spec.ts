import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Dialer } from '../../apps/dispatcher/src/dispatch/send/dial.js';
import { GuardedAgents } from '../../apps/dispatcher/src/dispatch/send/guarded-agents.js';
import type { OutgoingRequest } from '../../apps/dispatcher/src/dispatch/send/outgoing-request.js';
import { createResolve, type Resolve } from '../../apps/dispatcher/src/dispatch/send/resolve.js';
import { send as sendByGot } from '../../apps/dispatcher/src/dispatch/send/send.js';
import { Sender } from '../../apps/dispatcher/src/dispatch/send/sender.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import { LIMITS } from '../../libs/domain/src/limits.js';
import type { Timings } from '../../libs/domain/src/send-result.js';
import { atEnd } from '../support/cleanup.js';
import { SELF_SIGNED } from '../support/self-signed.js';
import { RECEIVER_HOST } from '../support/test-settings.js';

const allow = parseAllowList([`${RECEIVER_HOST}/32`]);

/** Takes connections and says nothing, so that a TLS handshake never ends. */
async function mutePort(): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, RECEIVER_HOST);
  await once(server, 'listening');
  atEnd('a mute server', () => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A process that listens and then sleeps, with its queue of connections full: the next one is never answered. */
async function fullPort(): Promise<number> {
  const listen = `require('node:net').createServer().listen({ host: '${RECEIVER_HOST}', port: 0, backlog: 1 }, function () { console.log(this.address().port) })`;
  const sleeper = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd('a sleeping server', () => void sleeper.kill('SIGKILL'));
  const [said] = (await once(sleeper.stdout, 'data')) as [Buffer];
  sleeper.kill('SIGSTOP');
  const port = Number(said.toString());
  const fillers: Socket[] = Array.from({ length: 8 }, () => connect(port, RECEIVER_HOST).on('error', () => undefined));
  atEnd('connections that fill a queue', () => fillers.forEach((socket) => socket.destroy()));
  await once(fillers[0]!, 'connect');
  return port;
}

/** Answers over TLS, but keeps whoever connects waiting before the handshake. */
async function latePort(handshakeAfterMs: number): Promise<number> {
  const secure = createHttpsServer(SELF_SIGNED, (_request, response) => response.end('x'));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    setTimeout(() => secure.emit('connection', socket), handshakeAfterMs);
  }).listen(0, RECEIVER_HOST);
  await once(server, 'listening');
  atEnd('a late server', () => void server.close());
  return (server.address() as AddressInfo).port;
}

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

describe.each(CLIENTS)('each phase of %s', (_name, createClient) => {
  const { dnsTimeoutMs, connectTimeoutMs, tlsTimeoutMs, timeoutMs } = LIMITS;
  const timed = async (url: string, resolve: Resolve = createResolve()) => {
    const client = createClient(new Dialer({ allow }, resolve));
    const request: OutgoingRequest = {
      method: 'POST',
      url,
      headers: {},
      body: Buffer.alloc(0),
      timeoutMs: timeoutMs.max,
      tls: { verify: true },
    };
    const began = performance.now();
    const result = await client.send(request);
    client.destroy();
    return { code: 'code' in result ? result.code : result.kind, tookMs: performance.now() - began };
  };

  it('ends in its own time, however long the attempt may take in all', async () => {
    const [dns, tcp, tls] = await Promise.all([
      timed('http://hooks.example.com/', () => new Promise(() => undefined)),
      timed(`http://${RECEIVER_HOST}:${await fullPort()}/`),
      timed(`https://${RECEIVER_HOST}:${await mutePort()}/`),
    ]);
    for (const [{ code, tookMs }, expected, { max }] of [
      [dns, 'timeout_dns', dnsTimeoutMs],
      [tcp, 'timeout_connect', connectTimeoutMs],
      [tls, 'timeout_tls', tlsTimeoutMs],
    ] as const) {
      expect(code).toBe(expected);
      expect(tookMs).toBeGreaterThanOrEqual(max - 50);
      expect(tookMs).toBeLessThan(max + 1_500);
    }
  });

  it('is told by its length, the first byte and the end by the time since the start, and a kept connection by neither', async () => {
    const [lookupMs, handshakeMs] = [120, 90];
    const slowly: Resolve = () => new Promise((resolve) => setTimeout(() => resolve([{ address: RECEIVER_HOST, family: 4 }]), lookupMs));
    const client = createClient(new Dialer({ allow, allowUnverifiedTls: true }, slowly));
    const ask = async (): Promise<Timings> => {
      const url = `https://hooks.example.com:${port}/`;
      const result = await client.send({
        method: 'POST',
        url,
        headers: {},
        body: Buffer.alloc(0),
        timeoutMs: 10_000,
        tls: { verify: false },
      });
      expect(result).toMatchObject({ kind: 'response', status: 200 });
      return (result as Extract<typeof result, { kind: 'response' }>).timings;
    };
    const port = await latePort(handshakeMs);
    const first = await ask();
    const kept = await ask();
    client.destroy();
    // Timers may be a little early. That lengths come to no more than the whole tells them from times since the start.
    expect(first.dnsMs).toBeGreaterThanOrEqual(lookupMs - 5);
    expect(first.tlsMs).toBeGreaterThanOrEqual(handshakeMs - 5);
    expect(first.dnsMs! + first.connectMs! + first.tlsMs!).toBeLessThanOrEqual(first.firstByteMs! + 2);
    expect(first.firstByteMs).toBeLessThanOrEqual(first.totalMs!);
    expect(kept).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: expect.any(Number) });
    expect(kept.firstByteMs).toBeLessThan(first.firstByteMs!);
  });
});

import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { parseAllowList } from '#domain/address-policy.js';
import { Dialer, type Target } from './dial.js';
import type { Resolve } from './resolve.js';

const allow = parseAllowList(['127.0.0.10/32']);

/** A name server that says what it is told to. */
const resolving =
  (...addresses: string[]): Resolve =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('dialling', () => {
  /** On the canary's address: whatever reaches it has walked past the guard. */
  let canary: Server;
  let receiver: Server;
  let reached = 0;
  const listen = (server: Server, host: string): Promise<void> => new Promise((resolve) => server.listen(0, host, resolve));
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    canary = createServer((socket) => {
      reached++;
      socket.destroy();
    });
    receiver = createServer((socket) => socket.on('error', () => undefined).resume());
    await listen(receiver, '127.0.0.10');
    // The same port, so that only the address tells them apart.
    await new Promise<void>((resolve) => canary.listen(portOf(receiver), '127.0.0.66', resolve));
  });
  afterAll(() => {
    canary.close();
    receiver.close();
  });

  async function dial(hostname: string, resolve: Resolve, over: Partial<Target> = {}): Promise<void> {
    const target: Target = { hostname, port: portOf(receiver), tls: null, timeoutMs: 5_000, ...over };
    const { socket } = await new Dialer({ allow }, resolve).dial(target, new AbortController().signal);
    socket.destroy();
  }

  it.each([
    [['127.0.0.66']],
    [['127.0.0.10', '127.0.0.66']],
    [['127.0.0.66', '127.0.0.10']],
    [['127.0.0.10', '::1']],
    [['::ffff:127.0.0.66']],
    [['169.254.169.254']],
    [['fe80::1%eth0']],
    [['not an address']],
    [[]],
  ])('refuses a name whose answer is %j, and says no address', async (addresses) => {
    const error = await dial('hooks.example.com', resolving(...addresses)).catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({ code: 'blocked_address' });
    expect(String(error)).not.toMatch(/127|169|::/);
  });

  it.each(['127.0.0.66', '::ffff:127.0.0.66', '::ffff:7f00:42'])(
    'refuses the literal address %s without asking anybody',
    async (literal) => {
      const unasked: Resolve = () => Promise.reject(new Error('asked'));
      await expect(dial(literal, unasked)).rejects.toMatchObject({ code: 'blocked_address' });
    },
  );

  it('reaches what is allowed, written out or by name, and nothing else was ever reached', async () => {
    await dial('127.0.0.10', resolving());
    await dial('hooks.example.com', resolving('127.0.0.10'));
    await dial('hooks.example.com', resolving('127.0.0.10', '127.0.0.10'));
    expect(reached).toBe(0);
  });

  it('dials only addresses that were judged: another answer a moment later is not asked for', async () => {
    let asked = 0;
    const rebinding: Resolve = (name) => resolving(asked++ === 0 ? '127.0.0.10' : '127.0.0.66')(name);
    await dial('hooks.example.com', rebinding);
    expect(asked).toBe(1);
    expect(reached).toBe(0);
  });

  it('ends when nobody wants it any more', async () => {
    const stop = new AbortController();
    const target: Target = { hostname: 'hooks.example.com', port: 80, tls: null, timeoutMs: 5_000 };
    const dialling = new Dialer({ allow }, () => new Promise(() => undefined)).dial(target, stop.signal);
    stop.abort(new Error('not wanted'));
    await expect(dialling).rejects.toThrow('not wanted');
  });
});

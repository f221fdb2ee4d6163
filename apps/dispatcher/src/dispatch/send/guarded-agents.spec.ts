import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type dns from 'node:dns';
import { parseAllowList } from '#domain/address-policy.js';
import { GuardedAgents, guardedLookup, type Lookup } from './guarded-agents.js';

const allow = parseAllowList(['127.0.0.10/32']);
/** A name server that says what it is told to. */
const resolving =
  (...addresses: string[]): Lookup =>
  (_name, options, callback) => {
    const found: dns.LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  };

const lookUp = (resolve: Lookup, options: dns.LookupOptions) =>
  new Promise<unknown[]>((done) => guardedLookup(allow, resolve)('hooks.example.com', options, (...answer) => done(answer)));

describe('the guarded lookup', () => {
  it('hands on addresses that may be dialled, in the shape that was asked for', async () => {
    expect(await lookUp(resolving('127.0.0.10'), { all: true })).toEqual([null, [{ address: '127.0.0.10', family: 4 }]]);
    expect(await lookUp(resolving('127.0.0.10'), {})).toEqual([null, '127.0.0.10', 4]);
  });

  it.each([
    [['127.0.0.66']],
    [['127.0.0.10', '127.0.0.66']],
    [['::1']],
    [['::ffff:127.0.0.66']],
    [['169.254.169.254']],
    [['fe80::1%eth0']],
    [['not an address']],
    [[]],
  ])('refuses the whole answer for %j', async (addresses) => {
    const [error] = await lookUp(resolving(...addresses), { all: true });
    expect(error).toMatchObject({ code: 'blocked_address' });
    expect(String(error)).not.toMatch(/127|169|::/);
  });

  it('passes on that a name is unknown', async () => {
    const unknown = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    expect(await lookUp((_name, _options, callback) => callback(unknown), {})).toEqual([unknown]);
  });
});

describe('the guarded agents', () => {
  /** A server on the canary's address: whatever reaches it has walked past the guard. */
  let canary: Server;
  let receiver: Server;
  let reached = 0;
  const listen = (server: Server, host: string): Promise<void> => new Promise((resolve) => server.listen(0, host, resolve));
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;

  beforeAll(async () => {
    canary = createServer((_request, response) => void response.end()).on('connection', () => reached++);
    receiver = createServer((_request, response) => void response.end('here'));
    await Promise.all([listen(canary, '127.0.0.66'), listen(receiver, '127.0.0.10')]);
  });
  afterAll(() => {
    for (const server of [canary, receiver]) {
      server.closeAllConnections();
      server.close();
    }
  });

  const get = (host: string, port: number, agents: GuardedAgents): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      try {
        request({ host, port, agent: agents.for({ verify: true }).http }, (response) => resolve(response.resume().statusCode))
          .once('error', reject)
          .end();
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });

  it('never dial a blocked address, written out or found by name', async () => {
    const byName = new GuardedAgents(allow, resolving('127.0.0.66'));
    for (const dial of [get('127.0.0.66', portOf(canary), byName), get('hooks.example.com', portOf(canary), byName)])
      await expect(dial).rejects.toMatchObject({ code: 'blocked_address' });
    // What is allowed gets through the same agents, so silence at the canary is not silence everywhere.
    expect(await get('127.0.0.10', portOf(receiver), byName)).toBe(200);
    expect(reached).toBe(0);
    byName.destroy();
  });

  it('reach an allowed address by its name', async () => {
    const agents = new GuardedAgents(allow, resolving('127.0.0.10'));
    expect(await get('hooks.example.com', portOf(receiver), agents)).toBe(200);
    agents.destroy();
  });

  it('verify certificates unless the subscription says otherwise, and share nothing between the two', () => {
    const agents = new GuardedAgents(allow);
    const [verified, unverified] = [agents.for({ verify: true }).https, agents.for({ verify: false }).https];
    expect(verified).not.toBe(unverified);
    expect(verified.options).toMatchObject({ rejectUnauthorized: true, minVersion: 'TLSv1.2' });
    expect(unverified.options).toMatchObject({ rejectUnauthorized: false, minVersion: 'TLSv1.2' });
    agents.destroy();
  });
});

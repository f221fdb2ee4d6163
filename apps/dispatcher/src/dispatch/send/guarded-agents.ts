import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { type AllowList, isBlockedAddress } from '#domain/address-policy.js';

/** Dialling was refused by the address policy. The code is what the tenant sees; the address stays here. */
class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'blocked_address';

  constructor() {
    super('The endpoint’s address may not be dialled.');
  }
}

type LookupCallback = (error: NodeJS.ErrnoException | null, address?: string | dns.LookupAddress[], family?: number) => void;
export type Lookup = (hostname: string, options: dns.LookupOptions, callback: LookupCallback) => void;

/** Resolves a name and refuses the whole answer when any address in it is blocked, so that no race between addresses can pick that one. */
export function guardedLookup(allow: AllowList, resolve: Lookup): Lookup {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error);
      const found = addresses as dns.LookupAddress[];
      if (found.length === 0 || found.some(({ address }) => isBlockedAddress(address, allow))) return callback(new BlockedAddressError());
      if (options.all) return callback(null, found);
      callback(null, found[0]!.address, found[0]!.family);
    });
  };
}

/** A literal address is never looked up, so it is judged here; and whatever was dialled is judged once more when it is connected. */
function guardConnection<A extends http.Agent>(agent: A, allow: AllowList): A {
  const connect = agent.createConnection.bind(agent) as (
    options: net.TcpNetConnectOpts,
    callback?: (error: Error | null, stream: Duplex) => void,
  ) => Duplex;
  agent.createConnection = (options: net.TcpNetConnectOpts, callback?: (error: Error | null, stream: Duplex) => void) => {
    const host = (options.host ?? '').replace(/^\[|\]$/g, '');
    if (net.isIP(host) !== 0 && isBlockedAddress(host, allow)) throw new BlockedAddressError();
    const socket = connect(options, callback) as net.Socket;
    socket.once('connect', () => {
      if (isBlockedAddress(socket.remoteAddress ?? '', allow)) socket.destroy(new BlockedAddressError());
    });
    return socket;
  };
  return agent;
}

export interface Agents {
  http: http.Agent;
  https: https.Agent;
}

const POOL = { keepAlive: true, maxSockets: 64, maxTotalSockets: 4_096, maxFreeSockets: 256, timeout: 60_000, scheduling: 'lifo' as const };

/** Connection pools through which everything leaves: one that verifies certificates and one, for subscriptions that ask for it, that does not. */
export class GuardedAgents {
  private readonly verified: Agents;
  private readonly unverified: Agents;

  constructor(allow: AllowList, resolve: Lookup = dns.lookup) {
    const lookup = guardedLookup(allow, resolve) as net.LookupFunction;
    const plain = guardConnection(new http.Agent({ ...POOL, lookup }), allow);
    const secure = (rejectUnauthorized: boolean): https.Agent =>
      guardConnection(new https.Agent({ ...POOL, lookup, rejectUnauthorized, minVersion: 'TLSv1.2' }), allow);
    this.verified = { http: plain, https: secure(true) };
    this.unverified = { http: plain, https: secure(false) };
  }

  for(tls: { verify: boolean }): Agents {
    return tls.verify ? this.verified : this.unverified;
  }

  destroy(): void {
    this.verified.http.destroy();
    this.verified.https.destroy();
    this.unverified.https.destroy();
  }
}

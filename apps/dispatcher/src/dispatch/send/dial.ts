import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { type AllowList, isBlockedAddress } from '#domain/address-policy.js';
import { LIMITS } from '#domain/limits.js';
import type { NetworkPhase, Timings } from '#domain/send-result.js';
import type { Address, Resolve } from './resolve.js';
import { secureContextOf, type TlsPolicy } from './tls-policy.js';

/** Dialling was refused by the address policy. The code is what the tenant sees; the address stays here. */
class BlockedAddressError extends Error {
  override readonly name = 'BlockedAddressError';
  readonly code = 'blocked_address';

  constructor() {
    super('The endpoint’s address may not be dialled.');
  }
}

/** A phase ran out of its time; `classifyNetworkError` reads which. */
class PhaseTimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(readonly phase: NetworkPhase) {
    super(`The phase ${phase} took too long.`);
  }
}

export interface Target {
  /** A name, or an address without brackets. */
  hostname: string;
  port: number;
  /** Null: plain TCP. */
  tls: TlsPolicy | null;
  /** No phase gets more than this, whatever its own limit. */
  timeoutMs: number;
}

export type DialPhases = Pick<Timings, 'dnsMs' | 'connectMs' | 'tlsMs'>;

export interface Dialled {
  socket: net.Socket;
  phases: DialPhases;
}

/** The only way out: whatever leaves, by whichever client, goes through a socket that was dialled here. */
export class Dialer {
  constructor(
    private readonly allow: AllowList,
    private readonly resolve: Resolve,
  ) {}

  /**
   * Name → address → TCP → TLS, each in its own time. A literal address is judged as it stands; of a name every address of the answer is, and one
   * bad one refuses all, so that no race between addresses can pick it. Only what was judged is dialled, and what was reached is judged once more.
   * Rejects with `blocked_address`, a PhaseTimeoutError, the system's own errors, or the signal's reason.
   */
  async dial(target: Target, signal: AbortSignal): Promise<Dialled> {
    const startedAt = performance.now();
    const isLiteral = net.isIP(target.hostname) !== 0;
    const addresses = await this.vettedAddresses(target, signal);
    const resolvedAt = performance.now();
    const plain = await connectTcp(target, addresses, signal);
    const connectedAt = performance.now();
    if (isBlockedAddress(plain.remoteAddress ?? '', this.allow)) {
      plain.destroy();
      throw new BlockedAddressError();
    }
    const socket = target.tls ? await secure(plain, target, target.tls, signal) : plain;
    return {
      socket,
      phases: {
        dnsMs: isLiteral ? null : Math.round(resolvedAt - startedAt),
        connectMs: Math.round(connectedAt - resolvedAt),
        tlsMs: target.tls ? Math.round(performance.now() - connectedAt) : null,
      },
    };
  }

  private async vettedAddresses({ hostname, timeoutMs }: Target, signal: AbortSignal): Promise<Address[]> {
    const family = net.isIP(hostname);
    const limitMs = Math.min(LIMITS.dnsTimeoutMs.max, timeoutMs);
    const found = family ? [{ address: hostname, family }] : await within('lookup', limitMs, signal, this.resolve(hostname));
    if (found.length === 0 || found.some(({ address }) => isBlockedAddress(address, this.allow))) throw new BlockedAddressError();
    return found;
  }
}

const noop = (): void => undefined;

async function connectTcp({ port, timeoutMs, hostname }: Target, addresses: Address[], signal: AbortSignal): Promise<net.Socket> {
  const socket = net.connect({
    host: addresses.length === 1 ? addresses[0]!.address : hostname,
    port,
    // The name is not looked up again: these are the addresses that were judged.
    lookup: (_name, options, callback) =>
      options.all ? callback(null, addresses) : callback(null, addresses[0]!.address, addresses[0]!.family),
    autoSelectFamily: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
  });
  // An error of a socket that nobody uses at the moment ends that socket, not the process.
  socket.on('error', noop);
  const limitMs = Math.min(LIMITS.connectTimeoutMs.max, timeoutMs);
  await within('connect', limitMs, signal, once(socket, 'connect'), () => socket.destroy());
  return socket;
}

/** The name goes along as SNI whether or not it is verified; an address has none. */
async function secure(plain: net.Socket, { hostname, timeoutMs }: Target, policy: TlsPolicy, signal: AbortSignal): Promise<net.Socket> {
  const socket = tls.connect({
    socket: plain,
    host: hostname,
    ...(net.isIP(hostname) === 0 ? { servername: hostname } : {}),
    secureContext: secureContextOf(policy),
    rejectUnauthorized: policy.verify,
    ALPNProtocols: ['http/1.1'],
  });
  socket.on('error', noop);
  const limitMs = Math.min(LIMITS.tlsTimeoutMs.max, timeoutMs);
  await within('secureConnect', limitMs, signal, once(socket, 'secureConnect'), () => socket.destroy());
  return socket;
}

/** Waits for a phase as long as it may take and somebody wants its outcome, and gives it up otherwise. */
function within<T>(phase: NetworkPhase, limitMs: number, signal: AbortSignal, work: Promise<T>, giveUp: () => void = noop): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    };
    const fail = (error: Error): void => {
      settle();
      giveUp();
      reject(error);
    };
    const stop = (): void => fail(signal.reason as Error);
    const timer = setTimeout(() => fail(new PhaseTimeoutError(phase)), limitMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then((value) => (settle(), resolve(value)), fail);
  });
}

import net from 'node:net';
import { type AllowList, isBlockedAddress } from '#domain/address-policy.js';
import { LIMITS } from '#domain/limits.js';
import { isAllowedPort, type Ports } from '#domain/port-policy.js';
import type { Timings } from '#domain/send-result.js';
import type { EgressProxy } from './egress-proxy.js';
import type { Address } from './hosts-file.js';
import { within } from './phase.js';
import type { Resolve } from './resolve.js';
import { connectTcp, type Hop, secure } from './sockets.js';
import type { TlsPolicy } from './tls-policy.js';

/** Dialling was refused by the deployment's policy. The code is what the tenant sees; the address stays here. */
class BlockedError extends Error {
  override readonly name = 'BlockedError';

  constructor(readonly code: 'blocked_address' | 'blocked_port') {
    super('The endpoint may not be dialled.');
  }
}

export interface Target extends Hop {
  /** Null: plain TCP. */
  tls: TlsPolicy | null;
}

export type DialPhases = Pick<Timings, 'dnsMs' | 'connectMs' | 'tlsMs'>;

export interface Dialled {
  socket: net.Socket;
  phases: DialPhases;
}

/** What the deployment lets out. */
export interface EgressPolicy {
  allow: AllowList;
  /** Null or absent: the ports that the url policy has by itself. */
  ports?: Ports | null;
  /** Obey policies that ask for no verification. Absent: no; certificates are verified all the same. */
  allowUnverifiedTls?: boolean;
  /** Everything leaves through it, and it looks the names up. */
  proxy?: EgressProxy | null;
}

/** The only way out: whatever leaves, by whichever client, goes through a socket that was dialled here. */
export class Dialer {
  constructor(
    private readonly policy: EgressPolicy,
    private readonly resolve: Resolve,
  ) {}

  /**
   * Name → address → TCP → TLS, each in its own time. A literal address is judged as it stands; of a name every address of the answer is, and one
   * bad one refuses all, so that no race between addresses can pick it. Only what was judged is dialled, and what was reached is judged once more.
   * Through a proxy only literal addresses can be judged: where a name leads is the proxy's to find and to refuse.
   * Rejects with `blocked_address`, `blocked_port`, a PhaseTimeoutError, the system's own errors, the proxy's, or the signal's reason.
   */
  async dial(target: Target, signal: AbortSignal): Promise<Dialled> {
    const startedAt = performance.now();
    const { proxy } = this.policy;
    const { plain, resolvedAt } = proxy ? await this.tunnel(proxy, target, signal) : await this.connect(target, signal);
    const connectedAt = performance.now();
    const socket = target.tls ? await secure(plain, target, this.effective(target.tls), signal) : plain;
    return {
      socket,
      phases: {
        dnsMs: resolvedAt === null ? null : Math.round(resolvedAt - startedAt),
        connectMs: Math.round(connectedAt - (resolvedAt ?? startedAt)),
        tlsMs: target.tls ? Math.round(performance.now() - connectedAt) : null,
      },
    };
  }

  private async connect(target: Target, signal: AbortSignal): Promise<{ plain: net.Socket; resolvedAt: number | null }> {
    const isLiteral = net.isIP(target.hostname) !== 0;
    const addresses = this.vetted(target, isLiteral ? literal(target.hostname) : await this.lookUp(target, signal));
    const resolvedAt = isLiteral ? null : performance.now();
    const plain = await connectTcp(target, addresses, signal);
    if (!isBlockedAddress(plain.remoteAddress ?? '', this.policy.allow)) return { plain, resolvedAt };
    plain.destroy();
    throw new BlockedError('blocked_address');
  }

  private async tunnel(proxy: EgressProxy, target: Target, signal: AbortSignal): Promise<{ plain: net.Socket; resolvedAt: null }> {
    if (net.isIP(target.hostname) !== 0) this.vetted(target, literal(target.hostname));
    else this.requirePort(target, false);
    return { plain: await proxy.connect(target, this.resolve, signal), resolvedAt: null };
  }

  private lookUp({ hostname, timeoutMs }: Target, signal: AbortSignal): Promise<Address[]> {
    return within('lookup', Math.min(LIMITS.dnsTimeoutMs.max, timeoutMs), signal, this.resolve(hostname));
  }

  /** The addresses as they came, all of them sound. */
  private vetted(target: Target, addresses: Address[]): Address[] {
    const { allow } = this.policy;
    if (addresses.length === 0 || addresses.some(({ address }) => isBlockedAddress(address, allow)))
      throw new BlockedError('blocked_address');
    this.requirePort(
      target,
      addresses.every(({ address }) => allow.includes(address)),
    );
    return addresses;
  }

  private requirePort({ port }: Target, isAllowedHost: boolean): void {
    if (!isAllowedPort(port, this.policy.ports ?? null, isAllowedHost)) throw new BlockedError('blocked_port');
  }

  private effective(tls: TlsPolicy): TlsPolicy {
    return tls.verify || this.policy.allowUnverifiedTls ? tls : { ...tls, verify: true };
  }
}

const literal = (address: string): Address[] => [{ address, family: net.isIP(address) }];

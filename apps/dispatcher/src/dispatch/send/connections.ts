import { isIP } from 'node:net';
import { Connection } from './connection.js';
import type { Dialer, Target } from './dial.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { tlsKeyOf } from './tls-policy.js';

/** Unused connections that are kept open; those in use are bounded by the requests under way. */
export interface IdleLimits {
  perOrigin: number;
  total: number;
}

/**
 * Connections that wait for their next request, the youngest first. What was connected under one TLS policy is never used under another, so that
 * a change of a subscription counts from its next request on.
 */
export class Connections {
  private readonly idleByKey = new Map<string, Connection[]>();
  /** The same, oldest first. */
  private readonly idle = new Set<Connection>();
  private readonly inUse = new Set<Connection>();

  constructor(
    private readonly dialer: Dialer,
    private readonly limits: IdleLimits = { perOrigin: 64, total: 2_048 },
  ) {}

  get idleCount(): number {
    return this.idle.size;
  }

  /** An open connection for this request, or one that will dial. `isFresh` never takes one that has been used. */
  take(url: URL, request: OutgoingRequest, isFresh = false): { connection: Connection; isReused: boolean } {
    const isSecure = url.protocol === 'https:';
    const key = `${url.origin} ${isSecure ? tlsKeyOf(request.tls) : 'plain'}`;
    const open = isFresh ? undefined : this.takeIdle(key);
    const connection = open ?? new Connection(key, url.origin, targetOf(url, request), this.dialer, (closed) => this.forget(closed));
    this.inUse.add(connection);
    return { connection, isReused: open !== undefined };
  }

  /** Its request has ended well: it may carry another. */
  giveBack(connection: Connection): void {
    this.inUse.delete(connection);
    const others = this.idleByKey.get(connection.key) ?? [];
    if (!connection.isOpen || others.length >= this.limits.perOrigin) return connection.destroy();
    this.idleByKey.set(connection.key, [...others, connection]);
    this.idle.add(connection);
    if (this.idle.size > this.limits.total) this.close(this.idle.values().next().value!);
  }

  /** Its request has ended in a way that leaves it in doubt. */
  close(connection: Connection): void {
    this.inUse.delete(connection);
    this.removeIdle(connection);
    connection.destroy();
  }

  destroy(): void {
    for (const connection of [...this.idle, ...this.inUse]) this.close(connection);
  }

  private takeIdle(key: string): Connection | undefined {
    for (;;) {
      const connection = this.idleByKey.get(key)?.at(-1);
      if (!connection) return undefined;
      this.removeIdle(connection);
      if (connection.isOpen) return connection;
      connection.destroy();
    }
  }

  /** The other side closed it. One in use is dealt with by its request. */
  private forget(connection: Connection): void {
    if (this.idle.has(connection)) this.close(connection);
  }

  private removeIdle(connection: Connection): void {
    if (!this.idle.delete(connection)) return;
    const left = (this.idleByKey.get(connection.key) ?? []).filter((one) => one !== connection);
    if (left.length > 0) this.idleByKey.set(connection.key, left);
    else this.idleByKey.delete(connection.key);
  }
}

function targetOf(url: URL, { tls, timeoutMs }: OutgoingRequest): Target {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  return { hostname: isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : hostname, port, tls: isSecure ? tls : null, timeoutMs };
}

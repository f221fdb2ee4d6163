import { once } from 'node:events';
import net from 'node:net';
import { LIMITS } from '#domain/limits.js';
import type { Address } from './hosts-file.js';
import { noop, PhaseTimeoutError, within } from './phase.js';
import type { Resolve } from './resolve.js';
import { connectTcp, type Hop, secure } from './sockets.js';

/** A proxy's answer that goes on beyond this is none. */
const MAX_HEAD_BYTES = 16_384;
const HEAD_END = '\r\n\r\n';

/**
 * The proxy failed, or will not have us. The code is none of a failed attempt's: our own failure costs no customer an attempt.
 */
class EgressProxyError extends Error {
  override readonly name = 'EgressProxyError';

  constructor(readonly code: 'egress_proxy_unavailable' | 'egress_proxy_refused') {
    super('The egress proxy did not make the connection.');
  }
}

/** The proxy was there and could not reach the endpoint, or would not; the code is a failed attempt's. */
class BeyondProxyError extends Error {
  override readonly name = 'BeyondProxyError';

  constructor(readonly code: 'blocked_address' | 'connection_error' | 'timeout_connect') {
    super('The egress proxy did not reach the endpoint.');
  }
}

/** The deployment's proxy. It is dialled wherever it is, private addresses included: it is the operator's, and no tenant can name it. */
export class EgressProxy {
  private readonly url: URL;
  private readonly hop: Omit<Hop, 'timeoutMs'>;

  /** `url`: `http://` or `https://`, with or without a user and a password. */
  constructor(url: string) {
    this.url = new URL(url);
    const isSecure = this.url.protocol === 'https:';
    this.hop = {
      hostname: this.url.hostname.replace(/^\[|\]$/g, ''),
      port: this.url.port === '' ? (isSecure ? 443 : 80) : Number(this.url.port),
    };
  }

  /**
   * A connection to the target through a tunnel. Rejects with `egress_proxy_unavailable` or `egress_proxy_refused` when the fault is the proxy's or
   * ours, with a failed attempt's code when it lies beyond the proxy, or with the signal's reason.
   */
  async connect(target: Hop, resolve: Resolve, signal: AbortSignal): Promise<net.Socket> {
    const socket = await this.reach(target.timeoutMs, resolve, signal);
    const limitMs = Math.min(LIMITS.connectTimeoutMs.max, target.timeoutMs);
    const head = await within('connect', limitMs, signal, this.ask(socket, target), () => socket.destroy());
    const fault = faultOf(head);
    if (!fault) return socket;
    socket.destroy();
    throw fault;
  }

  private async reach(timeoutMs: number, resolve: Resolve, signal: AbortSignal): Promise<net.Socket> {
    const hop: Hop = { ...this.hop, timeoutMs };
    try {
      const addresses = await this.addresses(resolve, hop, signal);
      const plain = await connectTcp(hop, addresses, signal);
      if (!addresses.some(({ address }) => address === plain.remoteAddress)) throw new Error('This is not the configured proxy.');
      return this.url.protocol === 'https:' ? await secure(plain, hop, { verify: true }, signal) : plain;
    } catch (error) {
      if (signal.aborted || isLocal(error)) throw error;
      throw new EgressProxyError('egress_proxy_unavailable');
    }
  }

  private async addresses(resolve: Resolve, { hostname, timeoutMs }: Hop, signal: AbortSignal): Promise<Address[]> {
    const family = net.isIP(hostname);
    if (family !== 0) return [{ address: hostname, family }];
    return within('lookup', Math.min(LIMITS.dnsTimeoutMs.max, timeoutMs), signal, resolve(hostname));
  }

  /** Asks for a tunnel; resolves to the head of the answer. RFC 9110, 9.3.6. */
  private async ask(socket: net.Socket, { hostname, port }: Hop): Promise<string> {
    const authority = `${net.isIPv6(hostname) ? `[${hostname}]` : hostname}:${port}`;
    socket.write([`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...this.credentials(), '', ''].join('\r\n'), noop);
    let head = '';
    while (!head.includes(HEAD_END)) {
      const chunk = socket.read() as Buffer | null;
      if (chunk) head += chunk.toString('latin1');
      else await untilReadable(socket);
      if (head.length > MAX_HEAD_BYTES) throw new EgressProxyError('egress_proxy_unavailable');
    }
    const rest = Buffer.from(head.slice(head.indexOf(HEAD_END) + HEAD_END.length), 'latin1');
    if (rest.length > 0) socket.unshift(rest);
    return head;
  }

  private credentials(): string[] {
    const { username, password } = this.url;
    if (username === '' && password === '') return [];
    const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return [`Proxy-Authorization: Basic ${Buffer.from(plain).toString('base64')}`];
  }
}

async function untilReadable(socket: net.Socket): Promise<void> {
  const over = new AbortController();
  const ended = once(socket, 'end', { signal: over.signal });
  try {
    await Promise.race([once(socket, 'readable', { signal: over.signal }), ended]);
  } catch {
    throw new EgressProxyError('egress_proxy_unavailable');
  } finally {
    over.abort();
    ended.catch(noop);
  }
  if (socket.readableEnded || socket.destroyed) throw new EgressProxyError('egress_proxy_unavailable');
}

/**
 * What a proxy's status says. 403, and 407 with the header that Smokescreen gives its refusals, are its policy; 502, 503 and 504 are how proxies
 * (Squid, Envoy, Smokescreen) tell of an endpoint that they cannot reach. Anything else is between the proxy and us.
 */
function faultOf(head: string): Error | null {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
  if (status?.startsWith('2')) return null;
  const isPolicy = status === '403' || (status === '407' && /^x-smokescreen-error:/im.test(head));
  if (isPolicy) return new BeyondProxyError('blocked_address');
  if (status === '502' || status === '503') return new BeyondProxyError('connection_error');
  if (status === '504') return new BeyondProxyError('timeout_connect');
  return new EgressProxyError('egress_proxy_refused');
}

/** Files, memory or ports that ran out are named as what they are. */
const isLocal = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof PhaseTimeoutError) &&
  'code' in error &&
  /^(EMFILE|ENFILE|ENOMEM|ENOBUFS|EADDRNOTAVAIL)$/.test(String(error.code));

import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { LIMITS } from '#domain/limits.js';
import type { Address } from './hosts-file.js';
import { noop, within } from './phase.js';
import { secureContextOf, type TlsPolicy } from './tls-policy.js';

/** Where a connection goes, and how long each of its phases may take at most. */
export interface Hop {
  /** A name, or an address without brackets. */
  hostname: string;
  port: number;
  /** No phase gets more than this, whatever its own limit. */
  timeoutMs: number;
}

/** Connects to one of these addresses and no other. */
export async function connectTcp({ port, timeoutMs, hostname }: Hop, addresses: Address[], signal: AbortSignal): Promise<net.Socket> {
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

/** TLS over a connection. The name goes along as SNI whether or not it is verified; an address has none. */
export async function secure(plain: net.Socket, { hostname, timeoutMs }: Hop, policy: TlsPolicy, signal: AbortSignal): Promise<net.Socket> {
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

import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { Dialer, DialPhases, Target } from './dial.js';
import { tlsKeyOf, type TlsPolicy } from './tls-policy.js';

export interface Agents {
  http: http.Agent;
  https: https.Agent;
}

const POOL = { keepAlive: true, maxSockets: 64, maxTotalSockets: 1_024, maxFreeSockets: 256, timeout: 60_000, scheduling: 'lifo' as const };

/** TLS policies whose connections are kept; the least recently made goes first. */
const MAX_POLICIES = 256;

/** The agents' own phases have no timers: the dialer has them. */
const LIMIT_MS = 60_000;

type Connected = (error: Error | null, socket: Duplex) => void;
type ConnectOptions = { host?: string; port?: number | string };

/** Connection pools of got, through which side requests leave. One per TLS policy, so that what is verified and what is not never share. */
export class GuardedAgents {
  private readonly plain: http.Agent;
  private readonly secure = new Map<string, https.Agent>();
  private readonly phases = new WeakMap<object, DialPhases>();

  constructor(private readonly dialer: Dialer) {
    this.plain = this.dialling(new http.Agent(POOL), null, 80);
  }

  for(tls: TlsPolicy): Agents {
    const key = tlsKeyOf(tls);
    const known = this.secure.get(key);
    if (known) return { http: this.plain, https: known };
    const secure = this.dialling(new https.Agent(POOL), tls, 443);
    this.secure.set(key, secure);
    if (this.secure.size > MAX_POLICIES) this.forgetOldest();
    return { http: this.plain, https: secure };
  }

  /** What dialling this socket took. */
  phasesOf(socket: object): DialPhases | undefined {
    return this.phases.get(socket);
  }

  destroy(): void {
    for (const agent of [this.plain, ...this.secure.values()]) agent.destroy();
  }

  private forgetOldest(): void {
    const [key, agent] = this.secure.entries().next().value!;
    this.secure.delete(key);
    agent.destroy();
  }

  private dialling<A extends http.Agent>(agent: A, tls: TlsPolicy | null, defaultPort: number): A {
    agent.createConnection = (options: ConnectOptions, callback?: Connected): undefined => {
      const hostname = (options.host ?? '').replace(/^\[|\]$/g, '');
      const target: Target = { hostname, port: Number(options.port ?? defaultPort), tls, timeoutMs: LIMIT_MS };
      this.dialer.dial(target, new AbortController().signal).then(
        ({ socket, phases }) => {
          this.phases.set(socket, phases);
          callback?.(null, socket);
        },
        (error: unknown) => (callback as ((error: unknown) => void) | undefined)?.(error),
      );
    };
    return agent;
  }
}

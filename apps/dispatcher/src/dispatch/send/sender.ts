import type { IncomingHttpHeaders } from 'node:http';
import { classifyNetworkError, type LocalFault, type SendResult, type Timings } from '#domain/send-result.js';
import type { DialPhases, Dialer } from './dial.js';
import { Connections, type IdleLimits } from './connections.js';
import { type Ending, Exchange } from './exchange.js';
import { failureOf } from './failure.js';
import { headersOf, type OutgoingRequest } from './outgoing-request.js';

/** The time of the whole attempt is up. */
class TotalTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly phase = 'request';
}

interface Sent {
  ending: Ending;
  phases: DialPhases;
  isReused: boolean;
}

/**
 * Sends deliveries. One attempt is one request: no retry, no redirect, nothing inflated. The one exception is a connection that the receiver had
 * closed while it lay unused: before any byte of an answer the request is sent once more over a new one.
 */
export class Sender {
  private readonly connections: Connections;

  constructor(dialer: Dialer, limits?: IdleLimits) {
    this.connections = new Connections(dialer, limits);
  }

  /** Resolves when the answer has been read as far as it is, or to what failed; a fault of ours comes back as `local`. */
  async send(request: OutgoingRequest): Promise<SendResult | LocalFault> {
    const startedAt = performance.now();
    let sent: Sent;
    try {
      const url = new URL(request.url);
      sent = await this.exchange(url, request, startedAt, false);
      if (isStale(sent)) sent = await this.exchange(url, request, startedAt, true);
    } catch (error) {
      return failureOf(error as Error, timingsOf(startedAt));
    }
    return resultOf(sent, startedAt);
  }

  destroy(): void {
    this.connections.destroy();
  }

  private exchange(url: URL, request: OutgoingRequest, startedAt: number, isFresh: boolean): Promise<Sent> {
    return new Promise((resolve) => {
      const { connection, isReused } = this.connections.take(url, request, isFresh);
      const exchange = new Exchange(connection, startedAt, (ending) => {
        clearTimeout(timer);
        if (ending.kind === 'response' && ending.isWhole) this.connections.giveBack(connection);
        else this.connections.close(connection);
        resolve({ ending, phases: connection.takePhases(), isReused });
      });
      const leftMs = Math.max(0, request.timeoutMs - (performance.now() - startedAt));
      const timer = setTimeout(() => exchange.fail(new TotalTimeoutError('The attempt took too long.')), leftMs);
      const path = url.pathname + url.search;
      connection.dispatch({ path, method: request.method, headers: headersOf(request), body: request.body }, exchange);
    });
  }
}

/** Closed by the other side before it had answered anything, over a connection that had been lying unused. */
const isStale = ({ ending, isReused }: Sent): boolean =>
  isReused && ending.kind === 'error' && !ending.hasBegun && classifyNetworkError(ending.error) === 'connection_reset';

function resultOf({ ending, phases }: Sent, startedAt: number): SendResult | LocalFault {
  if (ending.kind === 'error') return failureOf(ending.error, timingsOf(startedAt, phases));
  return {
    kind: 'response',
    status: ending.status,
    headers: plainHeaders(ending.headers),
    bodyPrefix: ending.prefix,
    truncated: ending.truncated,
    timings: timingsOf(startedAt, phases, Math.round(ending.headMs)),
    retryAfter: ending.headers['retry-after'] ?? null,
  };
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const plain: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) plain[name] = value;
  return plain;
}

const NO_PHASES: DialPhases = { dnsMs: null, connectMs: null, tlsMs: null };

const timingsOf = (startedAt: number, phases = NO_PHASES, firstByteMs: number | null = null): Timings => ({
  ...phases,
  firstByteMs,
  totalMs: Math.round(performance.now() - startedAt),
});

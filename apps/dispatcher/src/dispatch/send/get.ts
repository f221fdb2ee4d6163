import { LIMITS } from '#domain/limits.js';
import { classifyNetworkError, type FailureCode, type LocalFault, type NetworkErrorLike } from '#domain/send-result.js';
import got from 'got';
import type { GuardedAgents } from './guarded-agents.js';

/** A whole answer, or why there is none. */
export type Fetched =
  { kind: 'response'; status: number; body: Buffer } | { kind: 'failure'; code: FailureCode | 'too_large' } | LocalFault;

export type Get = (url: string) => Promise<Fetched>;

/** The most that an event may hold: a resource beyond it could not be published. */
const MAX_BYTES = LIMITS.eventBodyBytes.max;

/**
 * Reads a JSON resource through the guarded agents: one GET, no retry, no redirect, nothing inflated. Unlike a receiver's answer, whose first
 * bytes suffice, it is had whole or not at all.
 */
export async function get(url: string, agents: GuardedAgents): Promise<Fetched> {
  const { dnsTimeoutMs, connectTimeoutMs, tlsTimeoutMs, timeoutMs, responseHeadersBytes } = LIMITS;
  try {
    const stream = got.stream(url, {
      headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'Tidings/1' },
      agent: agents.for({ verify: true }),
      timeout: { lookup: dnsTimeoutMs.max, connect: connectTimeoutMs.max, secureConnect: tlsTimeoutMs.max, request: timeoutMs.default },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      maxHeaderSize: responseHeadersBytes.max,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    // Leaving the loop destroys the stream.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BYTES) return { kind: 'failure', code: 'too_large' };
      chunks.push(chunk);
    }
    return { kind: 'response', status: stream.response?.statusCode ?? 0, body: Buffer.concat(chunks) };
  } catch (error) {
    const failure = classifyNetworkError(causeOf(error));
    return typeof failure === 'string' ? { kind: 'failure', code: failure } : failure;
  }
}

/** got wraps what Node threw, and says itself of a timeout which. */
function causeOf(error: unknown): NetworkErrorLike {
  if (!(error instanceof Error)) return {};
  const { cause, name } = error;
  return name === 'RequestError' && cause instanceof Error && 'code' in cause ? cause : error;
}

import type { IncomingMessage } from 'node:http';
import { LIMITS } from '#domain/limits.js';
import { classifyNetworkError, type LocalFault, type SendResult, type Timings } from '#domain/send-result.js';
import got, { type Request } from 'got';
import type { GuardedAgents } from './guarded-agents.js';

export interface OutgoingRequest {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers: Record<string, string | string[]>;
  body: Buffer;
  /** The whole attempt: lookup, connecting, TLS, sending, headers and body. */
  timeoutMs: number;
  tls: { verify: boolean };
}

/**
 * Sends one request and reads the answer up to the cap. One attempt is one request: no retry, no redirect, nothing inflated.
 * The status is judged from the headers: a body that is cut, broken or too long changes nothing, as long as it ends in time.
 * A fault of ours comes back as `local`.
 */
export async function send(request: OutgoingRequest, agents: GuardedAgents, signal?: AbortSignal): Promise<SendResult | LocalFault> {
  const startedAt = performance.now();
  const { dnsTimeoutMs, connectTimeoutMs, tlsTimeoutMs, responseHeadersBytes } = LIMITS;
  let stream: Request | undefined;
  try {
    stream = got.stream(request.url, {
      method: request.method,
      headers: { 'accept-encoding': 'identity', 'user-agent': 'Tidings/1', ...request.headers },
      body: request.body,
      agent: agents.for(request.tls),
      timeout: {
        lookup: Math.min(dnsTimeoutMs.max, request.timeoutMs),
        connect: Math.min(connectTimeoutMs.max, request.timeoutMs),
        secureConnect: Math.min(tlsTimeoutMs.max, request.timeoutMs),
        request: request.timeoutMs,
      },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      methodRewriting: false,
      maxHeaderSize: responseHeadersBytes.max,
      // The url is rendered and checked; got's own normalisation must not change it.
      ...(signal ? { signal } : {}),
    });
    return await readAnswer(stream, startedAt);
  } catch (error) {
    const failure = classifyNetworkError(causeOf(error));
    if (typeof failure !== 'string') return failure;
    return { kind: 'failure', code: failure, message: MESSAGES[failure] ?? 'The request failed.', timings: timingsOf(stream, startedAt) };
  }
}

/** Waits for the headers, then takes the body's first bytes. */
async function readAnswer(stream: Request, startedAt: number): Promise<SendResult> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    stream.once('response', resolve);
    stream.once('error', reject);
  });
  const { prefix, truncated } = await readPrefix(stream);
  return {
    kind: 'response',
    status: response.statusCode ?? 0,
    headers: headersOf(response),
    bodyPrefix: prefix,
    truncated,
    timings: timingsOf(stream, startedAt),
    retryAfter: response.headers['retry-after'] ?? null,
  };
}

/** Reads up to the read cap and keeps up to the store cap. More than the read cap, or an error on the way, ends the connection. Rejects when the time is up. */
function readPrefix(stream: Request): Promise<{ prefix: Buffer; truncated: boolean }> {
  const { responseReadBytes, responseStoredBytes } = LIMITS;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (isWhole: boolean): void => {
      const read = Buffer.concat(chunks);
      const prefix = Buffer.from(read.subarray(0, responseStoredBytes.max));
      resolve({ prefix, truncated: !isWhole || read.length > prefix.length });
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= responseReadBytes.max) return;
      finish(false);
      stream.destroy();
    });
    stream.once('end', () => finish(true));
    // The status is known by now, so a body that breaks off is kept as far as it came. One that is still coming when the time is up is not an
    // answer: the timeout is the whole attempt's, body included.
    stream.on('error', (error) => {
      if (error.name === 'TimeoutError') reject(error);
      else finish(false);
    });
  });
}

/** got wraps what Node threw; a blocked address and a timeout say so themselves. */
function causeOf(error: unknown): object {
  if (typeof error !== 'object' || error === null) return {};
  const cause = 'cause' in error && typeof error.cause === 'object' && error.cause !== null ? error.cause : null;
  const isWrapper = 'name' in error && error.name === 'RequestError';
  return isWrapper && cause && 'code' in cause ? cause : error;
}

function headersOf(response: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) headers[name] = value;
  return headers;
}

function timingsOf(stream: Request | undefined, startedAt: number): Timings {
  const phases = stream?.timings?.phases;
  const whole = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms));
  const { timings } = stream ?? {};
  return {
    dnsMs: whole(phases?.dns),
    connectMs: whole(phases?.tcp),
    tlsMs: whole(phases?.tls),
    firstByteMs: timings?.response === undefined ? null : timings.response - timings.start,
    totalMs: Math.round(performance.now() - startedAt),
  };
}

/** What the tenant reads: the kind of failure, never an address or a banner. */
const MESSAGES: Record<string, string> = {
  timeout_dns: 'The name lookup took too long.',
  timeout_connect: 'Connecting took too long.',
  timeout_tls: 'The TLS handshake took too long.',
  timeout_total: 'The endpoint did not answer in time.',
  dns_error: 'The endpoint’s name could not be resolved.',
  connection_refused: 'The endpoint refused the connection.',
  connection_reset: 'The endpoint closed the connection before it answered.',
  connection_error: 'The connection failed.',
  tls_untrusted: 'The endpoint’s certificate is not trusted.',
  tls_hostname: 'The endpoint’s certificate is for another name.',
  tls_expired: 'The endpoint’s certificate has expired.',
  tls_protocol: 'The endpoint does not speak TLS 1.2 or newer.',
  tls_error: 'The TLS connection failed.',
  response_headers_too_large: 'The response headers are too large.',
  protocol_error: 'The answer is not valid HTTP.',
  blocked_address: 'The endpoint’s address may not be dialled.',
  template_error: 'The request could not be rendered.',
  url_invalid: 'The rendered URL cannot be used.',
};

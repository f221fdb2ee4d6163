import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { LIMITS } from '#domain/limits.js';
import type { LocalFault, SendResult, Timings } from '#domain/send-result.js';
import got, { type Request } from 'got';
import type { DialPhases } from './dial.js';
import { failureOf } from './failure.js';
import type { GuardedAgents } from './guarded-agents.js';
import { headersOf, type OutgoingRequest } from './outgoing-request.js';

/**
 * Sends one side request (an alert and the like; deliveries have a Sender of their own) and reads the answer up to the cap. The promises are those
 * of a delivery: no retry, no redirect, nothing inflated, the status judged from the headers. A fault of ours comes back as `local`.
 */
export async function send(request: OutgoingRequest, agents: GuardedAgents): Promise<SendResult | LocalFault> {
  const call = new Call(request, agents);
  const result = await call.run();
  const isStale = result.kind === 'failure' && result.code === 'connection_reset' && call.foundItClosed();
  return isStale ? new Call(request, agents, call.startedAt).run() : result;
}

/** What is seen of got's own request: the socket it gets, and whether that had carried others. */
interface Underlying {
  reusedSocket: boolean;
  once(event: 'socket', listener: (socket: Socket) => void): void;
}

class Call {
  private phases: DialPhases | undefined;
  /** A kept connection, and how much had come over it before. */
  private reused: { socket: Socket; bytesBefore: number } | undefined;

  constructor(
    private readonly request: OutgoingRequest,
    private readonly agents: GuardedAgents,
    readonly startedAt = performance.now(),
  ) {}

  async run(): Promise<SendResult | LocalFault> {
    try {
      const stream = this.open();
      stream.once('request', (sent: Underlying) => sent.once('socket', (socket) => this.note(socket, sent.reusedSocket)));
      return await this.readAnswer(stream);
    } catch (error) {
      return failureOf(causeOf(error), this.timings());
    }
  }

  /** Was it sent over a kept connection that gave nothing any more? */
  foundItClosed(): boolean {
    return this.reused !== undefined && this.reused.socket.bytesRead === this.reused.bytesBefore;
  }

  private note(socket: Socket, isReused: boolean): void {
    if (isReused) this.reused = { socket, bytesBefore: socket.bytesRead };
    else this.phases = this.agents.phasesOf(socket);
  }

  private open(): Request {
    const { method, url, body, tls, timeoutMs } = this.request;
    const left = Math.max(1, Math.ceil(timeoutMs - (performance.now() - this.startedAt)));
    return got.stream(url, {
      method,
      headers: headersOf(this.request),
      body,
      agent: this.agents.for(tls),
      timeout: { request: left },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
      methodRewriting: false,
      maxHeaderSize: LIMITS.responseHeadersBytes.max,
    });
  }

  /** Waits for the headers, then takes the body's first bytes. */
  private async readAnswer(stream: Request): Promise<SendResult> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      stream.once('response', resolve);
      stream.once('error', reject);
    });
    const firstByteMs = Math.round(performance.now() - this.startedAt);
    const { prefix, truncated } = await readPrefix(stream);
    return {
      kind: 'response',
      status: response.statusCode ?? 0,
      headers: responseHeaders(response),
      bodyPrefix: prefix,
      truncated,
      timings: this.timings(firstByteMs),
      retryAfter: response.headers['retry-after'] ?? null,
    };
  }

  private timings(firstByteMs: number | null = null): Timings {
    const phases = this.phases ?? { dnsMs: null, connectMs: null, tlsMs: null };
    return { ...phases, firstByteMs, totalMs: Math.round(performance.now() - this.startedAt) };
  }
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

/** got wraps what Node or the dialer threw. Its own errors have no such cause. */
function causeOf(error: unknown): object {
  if (!(error instanceof Error)) return {};
  const isWrapper = error.name === 'RequestError' && error.cause instanceof Error;
  return isWrapper ? (error.cause as Error) : error;
}

function responseHeaders(response: IncomingMessage): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) headers[name] = value;
  return headers;
}

import { type EndpointAuth, isTokenAuth, type TokenAuth } from '#domain/endpoint-auth.js';
import type { LocalFault, SendResult } from '#domain/send-result.js';
import type { ServedSubscription } from '../../catalog/served-subscription.js';
import type { Send } from '../attempt.js';
import type { OutgoingRequest } from '../send/outgoing-request.js';
import { Tokens } from './tokens.js';

type Result = SendResult | LocalFault;

const UNAUTHORIZED = 401;

/**
 * Sends a subscription's requests with its credentials. Without them nothing goes out: a token that cannot be had is the failure
 * `auth_failed`, and what cannot be opened throws. All of it together, asking for a token included, keeps to the request's own time.
 */
export class Credentials {
  private readonly tokens: Tokens;

  /** `deliver` sends what is delivered, `ask` what asks for tokens; both through the guarded client. */
  constructor(
    private readonly deliver: Send,
    ask: Send,
  ) {
    this.tokens = new Tokens(ask);
  }

  async send(request: OutgoingRequest, served: ServedSubscription): Promise<Result> {
    const { auth } = served.spec;
    if (!auth) return this.deliver(request);
    if (isTokenAuth(auth)) return this.sendWithToken(request, served, auth);
    return this.deliver(withHeader(request, fixedHeader(auth, served.authSecret())));
  }

  private async sendWithToken(request: OutgoingRequest, served: ServedSubscription, auth: TokenAuth): Promise<Result> {
    const startedAt = performance.now();
    const leftMs = (): number => Math.floor(request.timeoutMs - (performance.now() - startedAt));
    const first = await this.tokens.get(served, auth, request.timeoutMs);
    if (!('header' in first)) return first.kind === 'local' ? first : authFailed(first.message, startedAt);
    if (leftMs() <= 0) return authFailed('The token endpoint left no time for the request.', startedAt);
    const result = await this.deliver({ ...withHeader(request, first.header), timeoutMs: leftMs() });
    if (result.kind !== 'response' || result.status !== UNAUTHORIZED) return result;
    // The endpoint may have given up the token before its time: once more with a new one, as part of the same attempt.
    this.tokens.forget(served, first.header);
    if (leftMs() <= 0) return result;
    const second = await this.tokens.get(served, auth, leftMs());
    // The endpoint has been asked by now, so its answer stands; the next attempt begins with the token endpoint and tells of it.
    if (!('header' in second) || leftMs() <= 0) return result;
    return this.deliver({ ...withHeader(request, second.header), timeoutMs: leftMs() });
  }
}

function fixedHeader(auth: Exclude<EndpointAuth, TokenAuth>, secret: string): string {
  return auth.kind === 'bearer' ? `Bearer ${secret}` : `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}`;
}

const withHeader = (request: OutgoingRequest, authorization: string): OutgoingRequest => ({
  ...request,
  headers: { ...request.headers, authorization },
});

const authFailed = (message: string, startedAt: number): Result => ({
  kind: 'failure',
  code: 'auth_failed',
  message,
  timings: { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: Math.round(performance.now() - startedAt) },
});

import type { EventTree, StoredEvent } from '#domain/event.js';
import { type Outcome, decideOutcome } from '#domain/outcome.js';
import type { RenderedRequest } from '#domain/render-request.js';
import { LOOP_HEADER } from '#domain/loop.js';
import type { LocalFault, SendResult } from '#domain/send-result.js';
import { signatureHeaders } from '#domain/signature/headers.js';
import type { Claimed, FrozenBody } from '#store/claim.store.js';
import { newUuid } from '#store/new-id.js';
import type { FinishedAttempt } from '#store/record.store.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import { render } from './render.js';
import type { OutgoingRequest } from './send/outgoing-request.js';

/** Everything one attempt needs, read at claim time. */
export interface Work {
  claim: Claimed;
  event: { stored: StoredEvent; tree: EventTree };
  served: ServedSubscription;
  frozen: FrozenBody | undefined;
}

export type Send = (request: OutgoingRequest) => Promise<SendResult | LocalFault>;

/** The same with the credentials of the subscription whose request it is. */
export type SendFor = (request: OutgoingRequest, served: ServedSubscription) => Promise<SendResult | LocalFault>;

/** An attempt that has its outcome, or a fault of ours that must not cost the customer one. */
export type Attempted = { kind: 'finished'; attempt: FinishedAttempt } | { kind: 'fault'; code: string };

const NO_TIMINGS = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, totalMs: 0 };

/**
 * One attempt, from templates to outcome: render → sign → send → classify. It writes nothing.
 * `nowMs` tells the time for what leaves: milliseconds since 1970; `traceparent`: of its span, for the receiver. Throws only what is a defect, or the vault's DomainErrors: without its secrets nothing is sent.
 */
export async function attempt(work: Work, send: SendFor, nowMs: () => number = Date.now, traceparent?: string): Promise<Attempted> {
  const startedAt = new Date(nowMs());
  const { claim, served, event, frozen } = work;
  const rendered = render(served, event, { source: claim.bodySource, sent: frozen });
  if (rendered.kind === 'unrenderable') {
    const result: SendResult = { kind: 'failure', code: 'template_error', message: rendered.message, timings: NO_TIMINGS };
    return finished(work, startedAt, nowMs(), null, result);
  }
  const { request } = rendered;
  const outgoing = toOutgoing(work, request, startedAt, traceparent);
  const result = await send(outgoing, served);
  if (result.kind === 'local') return { kind: 'fault', code: result.code };
  return finished(work, startedAt, nowMs(), wasSent(result) ? request : null, result);
}

/** Without its credentials a request is not sent. */
const wasSent = (result: SendResult): boolean => result.kind === 'response' || result.code !== 'auth_failed';

function toOutgoing({ served, event }: Work, request: RenderedRequest, now: Date, traceparent?: string): OutgoingRequest {
  const { spec } = served;
  const hops = String((event.stored.hops ?? 0) + 1);
  const signature = signatureHeaders(spec.signature.style, {
    id: event.stored.id,
    timestampSeconds: Math.floor(now.getTime() / 1_000),
    body: request.body,
    eventType: event.stored.type,
    secrets: served.signingSecrets(now.getTime()),
    tag: spec.signature.tag,
  });
  return {
    method: request.method,
    url: request.url,
    headers: {
      // First, so that a subscription's own header of the name is the one that leaves.
      ...(traceparent === undefined ? {} : { traceparent }),
      'content-type': request.contentType,
      ...request.headers,
      ...served.secretHeaders(),
      ...signature,
      [LOOP_HEADER]: hops,
    },
    body: request.body,
    timeoutMs: spec.timeoutMs,
    tls: served.tls(),
  };
}

function finished(work: Work, startedAt: Date, nowMs: number, request: RenderedRequest | null, result: SendResult): Attempted {
  const { claim, served } = work;
  const outcome: Outcome = decideOutcome({
    result,
    failureHandling: served.spec.failureHandling,
    retriesSoFar: claim.retriesUsed,
    random: Math.random(),
    nowMs,
  });
  const isFirstBody = request !== null && claim.bodySource === null;
  const attempt: FinishedAttempt = {
    claim,
    attemptUuid: newUuid(),
    startedAt,
    request: request && { method: request.method, url: request.url, headers: shownHeaders(served, request) },
    result,
    outcome,
    bodySource: isFirstBody ? request.bodySource : null,
    freeze: isFirstBody && request.bodySource === 'template' ? { body: request.body, contentType: request.contentType } : null,
    isReported: Boolean(served.spec.callback),
    isAwaited: served.takesTurns,
  };
  return { kind: 'finished', attempt };
}

/** The headers as an operator may see them: a secret one by name only, signatures not at all. */
function shownHeaders(served: ServedSubscription, request: RenderedRequest): Record<string, string | string[]> {
  const secret = Object.fromEntries(Object.keys(served.row.secretHeaders).map((name) => [name, '***']));
  const credentials: Record<string, string> = served.spec.auth ? { authorization: '***' } : {};
  return { 'content-type': request.contentType, ...request.headers, ...secret, ...credentials };
}

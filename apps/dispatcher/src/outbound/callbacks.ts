import { callbackBody, type Callback, type CallbackReport } from '#domain/callback.js';
import { dataOf, type StoredEvent } from '#domain/event.js';
import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { signatureHeaders } from '#domain/signature/headers.js';
import type { AttemptRow, AttemptStore } from '#store/attempt.store.js';
import type { DueRequest, OutboundRequestStore } from '#store/outbound-request.store.js';
import type { TenantStore } from '#store/tenant.store.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Send } from '../dispatch/attempt.js';
import { DONE, failed, type Handled } from './handled.js';

type DueCallback = Extract<DueRequest, { kind: 'callback' }>;

/** Tells subscriptions' callbacks what came of each attempt. */
export class Callbacks {
  constructor(
    private readonly store: OutboundRequestStore,
    private readonly attempts: AttemptStore,
    private readonly tenants: TenantStore,
    private readonly catalog: Catalog,
    private readonly send: Send,
  ) {}

  /** Posts one. Throws the vault's DomainErrors: a subscription that signs signs its callbacks too. */
  async make(due: DueCallback): Promise<Handled> {
    const served = (await this.catalog.served([due])).get(due.subscriptionUuid);
    const callback = served?.spec.callback;
    if (!served || !callback || served.row.deletedAt !== null) return DONE;
    const [event, [attempt]] = await Promise.all([
      this.store.eventOf(due.deliveryUuid),
      this.attempts.list(due.deliveryUuid, 1, due.attemptNumber + 1),
    ]);
    // Past its retention, or expunged, there is nothing left to tell.
    if (!event || event.expungedAt || attempt?.number !== due.attemptNumber) return DONE;
    const url = await this.urlOf(due.tenantId, callback);
    if (url === null) return failed('The tenant has no callback of this name any more.', true);
    return this.post(url, served, event, attempt, reportOf(due, event, attempt));
  }

  /** A name means what the tenant's settings say today. */
  private async urlOf(tenantId: string, callback: Callback): Promise<string | null> {
    if ('url' in callback) return callback.url;
    const { callbacks = {} } = (await this.tenants.find(tenantId))?.settings ?? {};
    return Object.hasOwn(callbacks, callback.name) ? callbacks[callback.name]! : null;
  }

  private async post(
    url: string,
    served: ServedSubscription,
    event: StoredEvent,
    attempt: AttemptRow,
    report: CallbackReport,
  ): Promise<Handled> {
    const { signature, format = 'standard' } = served.spec;
    const body = callbackBody(format, report);
    const now = Date.now();
    const result = await this.send({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        ...signatureHeaders(signature.style, {
          id: formatId('att', attempt.id),
          timestampSeconds: Math.floor(now / 1_000),
          body,
          eventType: event.type,
          secrets: served.signingSecrets(now),
          tag: signature.tag,
        }),
      },
      body,
      timeoutMs: LIMITS.timeoutMs.default,
      tls: { verify: true },
    });
    if (result.kind === 'local') return result;
    if (result.kind === 'failure') return failed(`${result.code}: ${result.message}`);
    return result.status >= 200 && result.status < 300 ? DONE : failed(`The callback answered ${result.status}.`);
  }
}

const reportOf = (due: DueCallback, event: StoredEvent, attempt: AttemptRow): CallbackReport => ({
  deliveryId: formatId('dlv', due.deliveryUuid),
  deliveryUuid: due.deliveryUuid,
  subscriptionId: formatId('sub', due.subscriptionUuid),
  eventId: event.id,
  eventType: event.type,
  resourceType: event.resourceType,
  resourceId: event.resourceId,
  data: dataOf(event),
  number: attempt.number,
  trigger: attempt.trigger,
  outcome: attempt.outcome,
  startedAt: attempt.startedAt.toISOString(),
  durationMs: attempt.timings.totalMs ?? null,
  status: attempt.status,
  responseBody: attempt.responseBody?.toString('utf8') ?? null,
  error: attempt.errorCode === null ? null : { code: attempt.errorCode, message: attempt.errorMessage ?? '' },
});

import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { aadOf, headerPurpose, type Vault } from '#vault/vault.js';
import type { AlertStore, DueAlert } from '#store/alert.store.js';
import { publicEventId } from '#store/event.store.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Send } from '../dispatch/attempt.js';

const BATCH = 50;
/** Each try waits this much longer than the one before: after 5 tries, some 10 minutes in, the alert is given up. It is never itself alerted. */
const RETRY_MS = 60_000;
const MAX_TRIES = 5;

/** Posts one notice per delivery given up to its subscription's alert endpoint. */
export class Alerts {
  constructor(
    private readonly store: AlertStore,
    private readonly catalog: Catalog,
    private readonly vault: Vault,
    private readonly send: Send,
  ) {}

  /** Posts what is due. */
  async post(): Promise<void> {
    const alerts = await this.store.take(BATCH, RETRY_MS);
    if (alerts.length === 0) return;
    const served = await this.catalog.served(alerts.map((alert) => ({ ...alert, catalogVersion: 0n })));
    await Promise.all(alerts.map((alert) => this.postOne(alert, served.get(alert.subscriptionUuid))));
  }

  private async postOne(alert: DueAlert, served: ServedSubscription | undefined): Promise<void> {
    const endpoint = served?.spec.failureHandling.alertEndpoint;
    if (!served || !endpoint) return this.store.finish(alert.deliveryUuid);
    const result = await this.send({
      method: 'POST',
      url: endpoint.url,
      headers: { 'content-type': 'application/json', ...this.headersOf(served) },
      body: Buffer.from(JSON.stringify(bodyOf(alert))),
      timeoutMs: LIMITS.timeoutMs.default,
      tls: { verify: true },
    });
    const arrived = result.kind === 'response' && result.status >= 200 && result.status < 300;
    if (arrived || alert.tries + 1 >= MAX_TRIES) await this.store.finish(alert.deliveryUuid);
  }

  private headersOf(served: ServedSubscription): Record<string, string[]> {
    const { tenantId, id } = served.row;
    const open = (name: string, value: string): string => this.vault.open(value, aadOf(tenantId, id, headerPurpose(name, 'alert-header')));
    const headers = served.spec.failureHandling.alertEndpoint?.headers ?? [];
    return Object.fromEntries(
      headers.map(({ name, values, secret }) => [name, secret ? values.map((value) => open(name, value)) : values]),
    );
  }
}

const bodyOf = (alert: DueAlert): object => ({
  type: 'delivery.given_up',
  deliveryId: formatId('dlv', alert.deliveryUuid),
  subscriptionId: formatId('sub', alert.subscriptionUuid),
  eventId: publicEventId(alert.eventUuid, alert.eventPublicId),
  eventType: alert.eventType,
  state: alert.state,
  reason: alert.reason,
  attemptCount: alert.attemptCount,
  lastStatus: alert.lastStatus,
  lastError: alert.lastError,
  endedAt: alert.endedAt?.toISOString() ?? null,
});

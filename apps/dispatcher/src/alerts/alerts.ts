import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { aadOf, headerPurpose, type Vault } from '#vault/vault.js';
import type { AlertStore, DueAlert } from '#store/alert.store.js';
import { publicEventId } from '#store/event.store.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ServedSubscription } from '../catalog/served-subscription.js';
import type { Send } from '../dispatch/attempt.js';
import { settledWithin } from '../settled-within.js';

/** Posts under way at once in this process, and of one subscription: a slow alert endpoint must not take everybody's places. */
const AT_ONCE = 100;
const PER_SUBSCRIPTION = 25;
/** Each try waits this much longer than the one before: after 5 tries, some 10 minutes in, the alert is given up. It is never itself alerted. */
const RETRY_MS = 60_000;
const MAX_TRIES = 5;

/** Posts one notice per delivery given up to its subscription's alert endpoint. */
export class Alerts {
  private readonly underWay = new Map<Promise<void>, string>();

  constructor(
    private readonly store: Pick<AlertStore, 'take' | 'finish'>,
    private readonly catalog: Pick<Catalog, 'served'>,
    private readonly vault: Pick<Vault, 'open'>,
    private readonly send: Send,
    private readonly onError: (error: unknown) => void,
  ) {}

  /**
   * Begins to post what is due, as far as there is room. Nobody waits for the answers: the sweep that recovers deliveries must not, and an
   * alert that is lost with its process is posted again.
   */
  async post(): Promise<void> {
    const room = AT_ONCE - this.underWay.size;
    if (room <= 0) return;
    const alerts = await this.store.take(room, PER_SUBSCRIPTION, RETRY_MS, [...new Set(this.underWay.values())]);
    if (alerts.length === 0) return;
    const served = await this.catalog.served(alerts.map((alert) => ({ ...alert, catalogVersion: 0n })));
    for (const alert of alerts) {
      const posting = this.postOne(alert, served.get(alert.subscriptionUuid))
        .catch((error: unknown) => this.onError(error))
        .finally(() => this.underWay.delete(posting));
      this.underWay.set(posting, alert.subscriptionUuid);
    }
  }

  /** Waits for what is under way, up to the deadline. */
  stop(deadlineMs: number): Promise<void> {
    return settledWithin(deadlineMs, this.underWay.keys());
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

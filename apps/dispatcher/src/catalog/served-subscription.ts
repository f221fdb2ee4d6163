import { DomainError } from '#domain/errors.js';
import type { EventTree } from '#domain/event.js';
import { compileSubscription, type ReadySubscription } from '#domain/match/compile-subscription.js';
import { compileOrderKey, orderKeyOf } from '#domain/order-key.js';
import type { SubscriptionSpec, TlsSpec } from '#domain/subscription.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';
import { aadOf, type Vault } from '#vault/vault.js';
import type { TlsPolicy } from '../dispatch/send/tls-policy.js';

/** A subscription as a dispatcher serves it: compiled once per version, its secrets opened when first needed and never written anywhere. */
export class ServedSubscription {
  readonly spec: SubscriptionSpec;
  readonly catalogVersion: bigint;
  private compiled: ReadySubscription | null = null;
  private orderPointer: readonly string[] | null = null;
  private headers: Record<string, string> | null = null;
  private credential: string | null = null;
  private tlsPolicy: TlsPolicy | null = null;
  private secrets: { text: string; expiresAtMs: number }[] | null = null;

  constructor(
    readonly row: SubscriptionRow,
    private readonly vault: Vault,
  ) {
    this.spec = row.spec;
    this.catalogVersion = row.catalogVersion;
  }

  get id(): string {
    return this.row.id;
  }

  /** A shared cap or a rate limit: its deliveries are held and released within them. */
  get isLimited(): boolean {
    return this.spec.maxConcurrency !== null || this.spec.rateLimit !== null;
  }

  get isOrdered(): boolean {
    return (this.spec.ordering ?? null) !== null;
  }

  /** Deliveries of it wait for the end of others: of those with their key, or of any under its shared cap. */
  get takesTurns(): boolean {
    return this.spec.maxConcurrency !== null || this.isOrdered;
  }

  /** The key that its delivery of this event is ordered by; null: it keeps no order. */
  orderKey(tree: EventTree): string | null {
    const { ordering } = this.spec;
    return ordering ? orderKeyOf((this.orderPointer ??= compileOrderKey(ordering.key)), tree) : null;
  }

  /** Throws the DomainError of a spec that does not compile. */
  ready(): ReadySubscription {
    return (this.compiled ??= compileSubscription(this.spec, {
      id: this.row.id,
      tenantId: this.row.tenantId,
      enabled: this.row.enabled,
      suspended: this.row.suspendedAt !== null,
      createdAtMs: this.row.createdAt.getTime(),
      heldPermissions: this.row.ownerAppPermissions ?? [],
    }));
  }

  /** The same without an answer to a spec that does not compile: such a subscription matches nothing. */
  readyOrNull(): ReadySubscription | null {
    try {
      return this.ready();
    } catch (error) {
      if (error instanceof DomainError) return null;
      throw error;
    }
  }

  /** Values of the secret headers by name. Throws `secret_key_missing` or `secret_unreadable`: then nothing may be sent. */
  secretHeaders(): Record<string, string> {
    return (this.headers ??= Object.fromEntries(
      Object.entries(this.row.secretHeaders).map(([name, sealed]) => [
        name,
        this.vault.open(sealed, aadOf(this.row.tenantId, this.id, `header:${name.toLowerCase()}`)),
      ]),
    ));
  }

  /** The secret of the spec's credentials. Throws as secretHeaders does, and `secret_missing` when none is stored. */
  authSecret(): string {
    const { tenantId, authSecret } = this.row;
    if (!authSecret) throw new DomainError('secret_missing', 'The subscription signs in at its endpoint and has no secret for it.');
    return (this.credential ??= this.vault.open(authSecret, aadOf(tenantId, this.id, 'endpoint-auth')));
  }

  /** What is asked of TLS, the private key opened. Throws as secretHeaders does. */
  tls(): TlsPolicy {
    return (this.tlsPolicy ??= this.openTls(this.spec.tls));
  }

  private openTls(tls: TlsSpec): TlsPolicy {
    const { clientCertificate } = tls;
    if (!clientCertificate) return tls;
    const privateKey = this.vault.open(clientCertificate.privateKey, aadOf(this.row.tenantId, this.id, 'tls-private-key'));
    return { ...tls, clientCertificate: { ...clientCertificate, privateKey } };
  }

  /** The signing secrets in force at `nowMs`, current first. Throws as secretHeaders does. */
  signingSecrets(nowMs: number): string[] {
    this.secrets ??= this.row.secrets.map(({ sealed, expiresAt }) => ({
      text: this.vault.open(sealed, aadOf(this.row.tenantId, this.id, 'signing-secret')),
      expiresAtMs: expiresAt?.getTime() ?? Infinity,
    }));
    return this.secrets.filter(({ expiresAtMs }) => expiresAtMs > nowMs).map(({ text }) => text);
  }
}

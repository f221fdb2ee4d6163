import { invalidField } from '#domain/errors.js';
import type { SignatureAlgorithm } from '#domain/subscription.js';
import type { SigningSecretEntity } from '#store/entities/signing-secret.entity.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import { Injectable } from '@nestjs/common';
import type { SubscriptionEntity } from '#store/entities/subscription.entity.js';
import { SubscriptionSecrets } from './subscription-secrets.js';
import { SubscriptionsService } from './subscriptions.service.js';
import type { Writer } from './writer.js';

/** A signing secret without its text. */
export interface SecretMetadata {
  created: string;
  /** ISO 8601; null: the current one. */
  expiresAt: string | null;
  current: boolean;
  /** Of an ed25519 secret: what receivers check with. */
  publicKey?: string;
}

export interface Rotation {
  /** The client's own; made when absent. */
  secret?: string;
  graceSeconds: number;
  algorithm?: SignatureAlgorithm;
}

/** A subscription's signing secrets over its life. */
@Injectable()
export class SigningSecretsService {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly store: SigningSecretStore,
    private readonly secrets: SubscriptionSecrets,
  ) {}

  /** Those that sign now, the current one first. Throws `not_found`. */
  async list(tenantId: string, id: string): Promise<SecretMetadata[]> {
    const row = await this.subscriptions.find(tenantId, id);
    await this.store.noteSeen(tenantId, [id], 'secret.listed');
    return this.describe(row, await this.store.listActive(id));
  }

  /** Which of a tenant's subscriptions, given by their rows, have a secret: for answers that must say so of many at once. */
  idsWithSecret(rows: readonly SubscriptionEntity[]): Promise<Set<string>> {
    return this.store.idsWithSecret(rows.map(({ id }) => id));
  }

  /**
   * The current secrets in plain text, by subscription, for a dialect whose document has them in its answers. Whoever asks
   * has made sure that the reader may see them; that it did is written down.
   */
  async reveal(rows: readonly Pick<SubscriptionEntity, 'id' | 'tenantId'>[]): Promise<Map<string, string>> {
    if (rows.length === 0) return new Map();
    const tenantOf = new Map(rows.map(({ id, tenantId }) => [id, tenantId]));
    const current = await this.store.listCurrent([...tenantOf.keys()]);
    for (const tenantId of new Set(tenantOf.values())) {
      const seen = current.map(({ subscriptionId }) => subscriptionId).filter((id) => tenantOf.get(id) === tenantId);
      await this.store.noteSeen(tenantId, seen, 'secret.read');
    }
    return new Map(
      current.map((secret) => {
        const id = secret.subscriptionId;
        return [id, this.secrets.openSigning({ id, tenantId: tenantOf.get(id)! }, secret)];
      }),
    );
  }

  /**
   * Makes another secret the current one; the one before goes on signing for `graceSeconds`, or none does with 0. With an `algorithm` the
   * new one signs by that.
   * Errors: `not_found`, `secret_invalid`, `rotation_limit`, `invalid_value` for an algorithm that the style does not know, `busy`.
   */
  async rotate(
    writer: Writer,
    id: string,
    { secret: given, graceSeconds, algorithm }: Rotation,
  ): Promise<{ secret: string; items: SecretMetadata[] }> {
    const row = await this.subscriptions.find(writer.tenantId, id);
    const { style } = row.spec.signature;
    if (algorithm !== undefined && style !== 'standard')
      throw invalidField('/algorithm', 'invalid_value', 'Only the style `standard` knows several algorithms.');
    const signature = { ...row.spec.signature, ...(algorithm === undefined ? {} : { algorithm }) };
    const secret = given === undefined ? this.secrets.make(signature) : this.secrets.require(signature, given);
    const sealed = this.secrets.sealSigning(row, secret);
    const active = await this.store.rotate(writer.tenantId, id, { ...sealed, algorithm }, graceSeconds, writer.keyName);
    return { secret, items: this.describe(row, active) };
  }

  private describe(row: SubscriptionEntity, secrets: SigningSecretEntity[]): SecretMetadata[] {
    return secrets.map((secret) => ({
      created: secret.createdAt.toISOString(),
      expiresAt: secret.expiresAt?.toISOString() ?? null,
      current: secret.expiresAt === null,
      publicKey: row.spec.signature.style === 'standard' ? this.secrets.publicKey(row, secret) : undefined,
    }));
  }
}

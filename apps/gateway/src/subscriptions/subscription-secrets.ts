import { checkSecret, formatSecret, publicKeyOf } from '#domain/signature/secret.js';
import type { HeaderSpec, SubscriptionSpec } from '#domain/subscription.js';
import type { SigningSecretEntity } from '#store/entities/signing-secret.entity.js';
import { newUuid } from '#store/new-id.js';
import type { NewSecret } from '#store/subscription.store.js';
import { aadOf, Vault } from '#vault/vault.js';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { refusedFields } from '../http/field-errors.js';

type Signature = SubscriptionSpec['signature'];

/** Where a sealed value belongs: it opens nowhere else. */
interface Place {
  tenantId: string;
  /** The subscription's uuid. */
  id: string;
}

/** Makes, seals and opens what a subscription keeps secret. */
@Injectable()
export class SubscriptionSecrets {
  constructor(private readonly vault: Vault) {}

  /** A signing secret of the form that the signature takes. */
  make({ style, algorithm }: Signature): string {
    return formatSecret(style === 'standard' ? algorithm : 'hmac-sha256', randomBytes(32));
  }

  /** @throws DomainError `secret_invalid` when a client's own secret is not of the form that the signature takes */
  require(signature: Signature, secret: string): string {
    const fault = checkSecret(signature, secret, '/secret');
    if (fault) throw refusedFields([fault]);
    return secret;
  }

  /** Whether a sealed secret is of the form that the signature takes. */
  fits(place: Place, { sealed }: SigningSecretEntity, signature: Signature): boolean {
    return checkSecret(signature, this.vault.open(sealed, aadOf(place.tenantId, place.id, 'signing-secret')), '') === null;
  }

  sealSigning({ tenantId, id }: Place, secret: string): NewSecret {
    return { id: newUuid(), sealed: this.vault.seal(secret, aadOf(tenantId, id, 'signing-secret')) };
  }

  /** The `whpk_…` that belongs to a sealed ed25519 secret; undefined for any other. */
  publicKey({ tenantId, id }: Place, { sealed }: SigningSecretEntity): string | undefined {
    const secret = this.vault.open(sealed, aadOf(tenantId, id, 'signing-secret'));
    return secret.startsWith('whsk_') ? publicKeyOf(secret) : undefined;
  }

  /**
   * Takes the values of secret headers out and seals them. A secret header without a value keeps the sealed one in `stored`,
   * by its name in any case.
   */
  sealHeaders({ tenantId, id }: Place, headers: readonly HeaderSpec[], stored: Record<string, string> = {}): { headers: HeaderSpec[]; secretHeaders: Record<string, string> } {
    const kept = new Map(Object.entries(stored).map(([name, sealed]) => [name.toLowerCase(), sealed]));
    const sealed = headers
      .filter(({ secret }) => secret)
      .map(({ name, values: [value] }) => {
        const lower = name.toLowerCase();
        return [name, value === undefined ? kept.get(lower)! : this.vault.seal(value, aadOf(tenantId, id, `header:${lower}`))];
      });
    return {
      headers: headers.map((header) => (header.secret ? { ...header, values: [] } : header)),
      secretHeaders: Object.fromEntries(sealed) as Record<string, string>,
    };
  }
}

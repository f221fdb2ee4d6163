import { checkSecret, formatSecret, publicKeyOf } from '#domain/signature/secret.js';
import type { AlertEndpoint, HeaderSpec, SubscriptionSpec, TlsSpec } from '#domain/subscription.js';
import type { SigningSecretEntity } from '#store/entities/signing-secret.entity.js';
import { newUuid } from '#store/new-id.js';
import type { NewSecret } from '#store/subscription.store.js';
import { aadOf, headerPurpose, Vault } from '#vault/vault.js';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { refusedFields } from '../http/field-errors.js';
import { isKeptKey } from './check/check-tls.js';

type Signature = SubscriptionSpec['signature'];

/** Where a sealed value belongs: it opens nowhere else. */
interface Place {
  tenantId: string;
  /** The subscription's uuid. */
  id: string;
}

/** A spec as it is stored: secrets are sealed, and those of its own headers stand beside it by name. */
export interface SealedSpec {
  spec: SubscriptionSpec;
  secretHeaders: Record<string, string>;
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

  openSigning({ tenantId, id }: Place, { sealed }: SigningSecretEntity): string {
    return this.vault.open(sealed, aadOf(tenantId, id, 'signing-secret'));
  }

  /** The `whpk_…` that belongs to a sealed ed25519 secret; undefined for any other. */
  publicKey({ tenantId, id }: Place, { sealed }: SigningSecretEntity): string | undefined {
    const secret = this.vault.open(sealed, aadOf(tenantId, id, 'signing-secret'));
    return secret.startsWith('whsk_') ? publicKeyOf(secret) : undefined;
  }

  /**
   * Takes the values of secret headers out of a draft's spec and seals them. A secret header without a value keeps the one that is
   * stored, by its name in any case. The alert endpoint's own, and the private key of a client certificate, are sealed where they stand.
   */
  sealSpec(place: Place, spec: SubscriptionSpec, stored?: SealedSpec): SealedSpec {
    const { alertEndpoint } = spec.failureHandling;
    const own = this.sealHeaders(place, 'header', spec.headers, new Map(Object.entries(stored?.secretHeaders ?? {})));
    const sealedAlert =
      alertEndpoint?.headers && this.sealHeaders(place, 'alert-header', alertEndpoint.headers, alertSecrets(stored?.spec));
    return {
      spec: {
        ...spec,
        headers: spec.headers.map((header) => (header.secret ? { ...header, values: [] } : header)),
        tls: this.sealTls(place, spec.tls, stored?.spec.tls),
        failureHandling: { ...spec.failureHandling, alertEndpoint: alertEndpoint && withSealed(alertEndpoint, sealedAlert) },
      },
      secretHeaders: Object.fromEntries(own),
    };
  }

  private sealTls({ tenantId, id }: Place, tls: TlsSpec, stored: TlsSpec | undefined): TlsSpec {
    const { clientCertificate } = tls;
    if (!clientCertificate) return tls;
    const known = stored?.clientCertificate ?? null;
    const sealed = isKeptKey(clientCertificate, known)
      ? known?.privateKey
      : this.vault.seal(clientCertificate.privateKey, aadOf(tenantId, id, 'tls-private-key'));
    return { ...tls, clientCertificate: { ...clientCertificate, privateKey: sealed ?? '' } };
  }

  /** The secret ones of some headers by name, sealed. */
  private sealHeaders(
    { tenantId, id }: Place,
    purpose: 'header' | 'alert-header',
    headers: readonly HeaderSpec[],
    stored: ReadonlyMap<string, string>,
  ): Map<string, string> {
    const kept = new Map([...stored].map(([name, sealed]) => [name.toLowerCase(), sealed]));
    const seal = ({ name, values: [value] }: HeaderSpec): [string, string][] => {
      const lower = name.toLowerCase();
      // A draft that was made of a stored subscription holds its alert endpoint's secrets sealed.
      const isKept = value === undefined || value === kept.get(lower);
      const sealed = isKept ? kept.get(lower) : this.vault.seal(value, aadOf(tenantId, id, headerPurpose(name, purpose)));
      return sealed === undefined ? [] : [[name, sealed]];
    };
    return new Map(headers.filter(({ secret }) => secret).flatMap(seal));
  }
}

/** Sealed values of the secret headers that a stored spec's alert endpoint has. */
export const alertSecrets = (spec: SubscriptionSpec | undefined): Map<string, string> =>
  new Map(
    (spec?.failureHandling.alertEndpoint?.headers ?? [])
      .filter(({ secret }) => secret)
      .map(({ name, values: [sealed = ''] }) => [name, sealed]),
  );

const withSealed = (endpoint: AlertEndpoint, sealed: ReadonlyMap<string, string> | undefined): AlertEndpoint =>
  sealed
    ? {
        ...endpoint,
        headers: endpoint.headers?.map((header) => (header.secret ? { ...header, values: [sealed.get(header.name)!] } : header)),
      }
    : endpoint;

import { DomainError } from '#domain/errors.js';
import type { SubscriptionEntity } from '#store/entities/subscription.entity.js';
import { newUuid } from '#store/new-id.js';
import { SigningSecretStore } from '#store/signing-secret.store.js';
import type { SubscriptionFilter, SubscriptionOrder } from '#store/subscription-filter.js';
import { SubscriptionStore } from '#store/subscription.store.js';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { refusedFields } from '../http/field-errors.js';
import { notFound } from '../http/path-ids.js';
import { CallbackNames } from './callback-names.js';
import { checkDraft, type StoredSecrets } from './check/check-draft.js';
import { copyOf } from './copy.js';
import { type Precondition, staleVersion } from './precondition.js';
import { SourceAccess } from './source-access.js';
import type { SubscriptionDraft } from './subscription-fields.js';
import { alertSecrets, SubscriptionSecrets } from './subscription-secrets.js';
import type { EndpointPolicy } from '../http/url-policy.js';
import { URL_POLICY } from './url-policy.provider.js';
import type { Writer } from './writer.js';

export type { SubscriptionOrder };

/** What a dialect adds to a subscription of its own. */
export interface DialectPart {
  dialect?: string | null;
  dialectFields?: Record<string, unknown>;
}

export interface CreateOptions extends DialectPart {
  /** Nothing is made where the tenant has a subscription like this: `already_exists`. */
  unlessThereIs?: SubscriptionFilter;
  /** The client's own signing secret; null: none at all; undefined: one is made. */
  secret?: string | null;
}

export interface ChangeOptions {
  dialectFields?: Record<string, unknown>;
  /** Replaces the signing secret at once; null takes it away. */
  secret?: string | null;
  /** Nothing is changed where the tenant has another subscription like this: `already_exists`. */
  unlessThereIs?: SubscriptionFilter;
}

/** `secret` is the signing secret in plain text where this call made or took one. */
export interface Written {
  row: SubscriptionEntity;
  secret?: string;
}

/** Tries of one change while others change the same subscription; each round one of them succeeds. */
const MAX_CHANGE_TRIES = 25;

/** Subscriptions for every API: the native one and the dialects. Refusals are DomainErrors with the faulty fields. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly store: SubscriptionStore,
    private readonly signingSecrets: SigningSecretStore,
    private readonly secrets: SubscriptionSecrets,
    private readonly sources: SourceAccess,
    private readonly callbacks: CallbackNames,
    @Inject(URL_POLICY) private readonly policy: EndpointPolicy,
  ) {}

  /** Errors: `quota_exceeded`, `unknown_app`, `unknown_event`, `unknown_callback`, `app_permission_missing`, `secret_invalid` and those of checkDraft. */
  async create(
    writer: Writer,
    draft: SubscriptionDraft,
    { secret, dialect = null, dialectFields = {}, unlessThereIs }: CreateOptions = {},
  ): Promise<Written> {
    await this.check(writer, draft);
    const place = { tenantId: writer.tenantId, id: newUuid() };
    const { signature } = draft.spec;
    const plain =
      secret === null ? undefined : secret === undefined ? this.secrets.make(signature) : this.secrets.require(signature, secret);
    const row = await this.store.insert({
      ...place,
      ownerKeyId: writer.keyId,
      ...this.secrets.sealSpec(place, draft.spec),
      dialect,
      dialectFields,
      enabled: draft.enabled,
      createdBy: writer.keyName,
      unlessThereIs,
      secret: plain === undefined ? null : this.secrets.sealSigning(place, plain),
      challenge: newChallenge(),
    });
    return { row, secret: plain };
  }

  /**
   * Throws what create would for the draft and its secret, but the quota; of a draft that changes a subscription (`id`, its uuid), what
   * change would, and `not_found`. Returns that subscription, null for a new one. Nothing is stored.
   */
  async requireSound(
    writer: Writer,
    draft: SubscriptionDraft,
    { id, secret }: { id: string | null; secret?: string },
  ): Promise<SubscriptionEntity | null> {
    const stored = id === null ? null : await this.find(writer.tenantId, id);
    await this.check(writer, draft, stored ? storedSecrets(stored) : undefined);
    if (secret !== undefined) this.secrets.require(draft.spec.signature, secret);
    return stored;
  }

  /** Throws `not_found`. `id` is the subscription's uuid, here and below. */
  async find(tenantId: string, id: string): Promise<SubscriptionEntity> {
    const row = await this.store.find(tenantId, id);
    if (row === null) throw notFound();
    return row;
  }

  /** By the integer that Akinon's clients know; throws `not_found`. */
  async findByNumber(tenantId: string, number: string): Promise<SubscriptionEntity> {
    const row = /^[1-9]\d{0,17}$/.test(number) ? await this.store.findByNumber(tenantId, number) : null;
    if (row === null) throw notFound();
    return row;
  }

  /** Newest first, before `beforeId`; `offset` of them are passed over and `order` comes first, for the dialects that page by counting. */
  list(
    tenantId: string,
    filter: SubscriptionFilter,
    limit: number,
    beforeId: string | null,
    offset = 0,
    order: SubscriptionOrder[] = [],
  ): Promise<SubscriptionEntity[]> {
    return this.store.list(tenantId, filter, limit, beforeId, offset, order);
  }

  /** How many `list` would come to in all. */
  count(tenantId: string, filter: SubscriptionFilter): Promise<number> {
    return this.store.count(tenantId, filter);
  }

  /**
   * Makes the next version of a subscription: `change` gets the newest one and says what it is to be. Without a precondition a change that
   * meets another's is made again on top of it.
   * Errors: `not_found`, `stale_version`, `busy`, and those of create but the quota.
   */
  async change(
    writer: Writer,
    id: string,
    precondition: Precondition | null,
    change: (current: SubscriptionEntity) => SubscriptionDraft,
    options: ChangeOptions = {},
  ): Promise<Written> {
    for (let tries = 0; tries < MAX_CHANGE_TRIES; tries++) {
      const current = await this.find(writer.tenantId, id);
      if (precondition && !precondition(current.versionNo)) throw staleVersion(current.versionNo);
      try {
        return await this.write(writer, current, change(current), options);
      } catch (error) {
        const isOvertaken = error instanceof DomainError && error.code === 'stale_version';
        if (!isOvertaken) throw error;
      }
    }
    throw new DomainError('busy', 'Others keep changing this subscription. Try again.');
  }

  /** A disabled copy, without secret headers and with a secret of its own, if the original has one. */
  async duplicate(writer: Writer, id: string): Promise<Written> {
    const original = await this.find(writer.tenantId, id);
    const hasSecret = (await this.signingSecrets.listActive(id)).length > 0;
    const { dialect, dialectFields } = original;
    return this.create(writer, copyOf(original), { dialect, dialectFields, secret: hasSecret ? undefined : null });
  }

  suspend(writer: Writer, id: string, reason: string): Promise<SubscriptionEntity> {
    return this.store.suspend(writer.tenantId, id, reason, writer.keyName);
  }

  unsuspend(writer: Writer, id: string): Promise<SubscriptionEntity> {
    return this.store.unsuspend(writer.tenantId, id, writer.keyName);
  }

  /** Deletes it and cancels what waits for it; throws `not_found`. */
  remove(writer: Writer, id: string): Promise<void> {
    return this.store.delete(writer.tenantId, id, writer.keyName);
  }

  private async write(writer: Writer, current: SubscriptionEntity, draft: SubscriptionDraft, options: ChangeOptions): Promise<Written> {
    await this.check(writer, draft, storedSecrets(current));
    const secret = await this.newSecret(current, draft.spec.signature, options.secret);
    const row = await this.store.update(writer.tenantId, current.id, current.versionNo, {
      ownerKeyId: writer.keyId,
      ...this.secrets.sealSpec(current, draft.spec, current),
      dialectFields: options.dialectFields ?? current.dialectFields,
      enabled: draft.enabled,
      modifiedBy: writer.keyName,
      secret: secret === undefined || secret === null ? secret : this.secrets.sealSigning(current, secret),
      unlessThereIs: options.unlessThereIs,
      challenge: newChallenge(),
    });
    return { row, secret: secret ?? undefined };
  }

  /** A signature of another kind cannot be made with the secret there is, nor could the receiver check it: then a new one is made. */
  private async newSecret(
    current: SubscriptionEntity,
    signature: SubscriptionEntity['spec']['signature'],
    given: string | null | undefined,
  ): Promise<string | null | undefined> {
    if (given === null) return null;
    if (given !== undefined) return this.secrets.require(signature, given);
    const before = current.spec.signature;
    if (before.style === signature.style && before.algorithm === signature.algorithm) return undefined;
    const active = await this.signingSecrets.listActive(current.id);
    const isUsable =
      signature.style === 'none' || (active.length > 0 && active.every((secret) => this.secrets.fits(current, secret, signature)));
    return isUsable ? undefined : this.secrets.make(signature);
  }

  private async check(writer: Writer, draft: SubscriptionDraft, stored?: StoredSecrets): Promise<void> {
    const faults = checkDraft(draft, this.policy, stored);
    if (faults.length > 0) throw refusedFields(faults);
    await this.callbacks.require(writer.tenantId, draft.spec.callback);
    await this.sources.require(writer, draft.spec.sources);
  }
}

/** Nobody can answer it who was not asked. */
const newChallenge = (): string => randomBytes(32).toString('base64url');

const storedSecrets = ({ spec, secretHeaders, authSecret }: SubscriptionEntity): StoredSecrets => ({
  headers: lowerNames(Object.keys(secretHeaders)),
  alertHeaders: lowerNames(alertSecrets(spec).keys()),
  auth: authSecret === null ? null : spec.auth,
  clientCertificate: spec.tls.clientCertificate ?? null,
});

const lowerNames = (names: Iterable<string>): Set<string> => new Set([...names].map((name) => name.toLowerCase()));

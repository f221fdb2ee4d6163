import { DomainError, invalidField } from '#domain/errors.js';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../access/principal.js';
import { StrictTypes } from '../../publish/strict-types.js';
import { SigningSecretsService } from '../../subscriptions/signing-secrets.service.js';
import { type SubscriptionOrder, SubscriptionsService } from '../../subscriptions/subscriptions.service.js';
import type { Writer } from '../../subscriptions/writer.js';
import { DIALECT, type HookScope, isSuperuser, scopeOf } from './access.js';
import type { Json } from './fields.js';
import { changedFields, changeHook, newHook } from './hook-draft.js';
import { type HookDto, type HookRow, eventTypeOf, toHook } from './hook.dto.js';
import { type HookChanges, readHook } from './read-hook.js';
import { refuse } from './refusals.js';

export type HookFilter = Omit<Parameters<SubscriptionsService['list']>[1], keyof HookScope>;

/** Hooks for their owners and for superusers; nobody else's are there. Errors: `not_found`, `webhook_100_2`, those of the services. */
@Injectable()
export class HooksService {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly secrets: SigningSecretsService,
    private readonly strictTypes: StrictTypes,
  ) {}

  count(caller: Principal, tenantId: string, filter: HookFilter): Promise<number> {
    return this.subscriptions.count(tenantId, { ...filter, ...scopeOf(caller) });
  }

  async list(
    caller: Principal,
    tenantId: string,
    filter: HookFilter,
    order: SubscriptionOrder[],
    limit: number,
    offset: number,
  ): Promise<HookDto[]> {
    return this.show(caller, await this.subscriptions.list(tenantId, { ...filter, ...scopeOf(caller) }, limit, null, offset, order));
  }

  async find(caller: Principal, tenantId: string, number: string): Promise<HookRow> {
    const row = await this.subscriptions.findByNumber(tenantId, number);
    const isTheirs = row.dialect === DIALECT && (isSuperuser(caller) || row.dialectFields['owner'] === caller.keyId);
    if (!isTheirs) throw new DomainError('not_found', 'Not found.');
    return row;
  }

  async get(caller: Principal, tenantId: string, number: string): Promise<HookDto> {
    return this.showOne(caller, await this.find(caller, tenantId, number));
  }

  async create(caller: Principal, tenantId: string, body: Json): Promise<HookDto> {
    const hook = readHook(body, {}, true);
    await this.requireType(tenantId, hook.event_type);
    const { row } = await registered(
      this.subscriptions.create(writerOf(caller, tenantId), newHook(hook), {
        secret: hook.secret_key ?? null,
        dialect: DIALECT,
        dialectFields: { owner: caller.keyId },
        unlessThereIs: sameHook(caller.keyId, hook.target_url, hook.event_type),
      }),
    );
    return this.showOne(caller, row);
  }

  /** `isWhole`: PUT, which needs what a new hook needs. What either does not mention stays. */
  async change(caller: Principal, tenantId: string, number: string, body: Json, isWhole: boolean): Promise<HookDto> {
    const row = await this.find(caller, tenantId, number);
    const changes = readHook(body, { ...(await this.showOne(caller, row)) }, isWhole);
    const type = changes.event_type ?? eventTypeOf(row.spec);
    if (type !== eventTypeOf(row.spec)) await this.requireType(tenantId, type);
    const writer = writerOf(caller, tenantId);
    const { owner } = row.dialectFields;
    const { row: changed } = await registered(
      this.subscriptions.change(writer, row.id, null, (current) => changeHook(current, changes), {
        dialectFields: changedFields(row, changes.config),
        secret: changes.secret_key,
        ...(isMoved(row, changes) ? { unlessThereIs: sameHook(owner, changes.target_url ?? row.spec.url, type) } : {}),
      }),
    );
    const isWoken = changes.is_active === true && changed.suspendedAt !== null;
    return this.showOne(caller, isWoken ? await this.subscriptions.unsuspend(writer, row.id) : changed);
  }

  /** A hook is never removed, only switched off: its history stays, and so does its claim on its url and type. */
  async remove(caller: Principal, tenantId: string, number: string): Promise<void> {
    const { id } = await this.find(caller, tenantId, number);
    await this.subscriptions.change(writerOf(caller, tenantId), id, null, (current) => ({ spec: current.spec, enabled: false }));
  }

  /** Hooks with their secrets, where the caller owns them. */
  async show(caller: Principal, rows: readonly HookRow[]): Promise<HookDto[]> {
    const secrets = await this.secrets.reveal(rows.filter(({ dialectFields }) => dialectFields['owner'] === caller.keyId));
    return rows.map((row) => toHook(row, secrets.get(row.id) ?? null));
  }

  private async showOne(caller: Principal, row: HookRow): Promise<HookDto> {
    const [hook] = await this.show(caller, [row]);
    return hook!;
  }

  /** A tenant that takes registered types only publishes no others, so nobody could ever get one. */
  private async requireType(tenantId: string, type: string): Promise<void> {
    try {
      await this.strictTypes.check(tenantId, type);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw invalidField('/event_type', 'unknown_event_type', `"${type}" is not a valid choice.`);
    }
  }
}

const writerOf = ({ keyId, keyName, appPermissions }: Principal, tenantId: string): Writer => ({
  keyId,
  keyName,
  appPermissions,
  tenantId,
});

/** Unique per user: url and type. Source: dj-whisperer, `unique_together`. */
const sameHook = (owner: unknown, url: string, eventType: string) => ({
  dialect: DIALECT,
  dialectFields: { owner },
  url,
  eventTypes: [eventType],
});

const isMoved = ({ spec }: HookRow, { target_url: url = spec.url, event_type: type = eventTypeOf(spec) }: HookChanges): boolean =>
  url !== spec.url || type !== eventTypeOf(spec);

async function registered<T>(written: Promise<T>): Promise<T> {
  try {
    return await written;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'already_exists') throw refuse('webhook_100_2');
    throw error;
  }
}

import { DomainError, invalidField } from '#domain/errors.js';
import { eventTree, type StoredEvent } from '#domain/event.js';
import { formatId } from '#domain/ids.js';
import type { EventToMatch } from '#domain/match/candidate.js';
import { compileSubscription, plainName, type ReadySubscription } from '#domain/match/compile-subscription.js';
import { explain } from '#domain/match/explain.js';
import { Registry } from '#domain/match/registry.js';
import { renderRequest } from '#domain/render-request.js';
import { DeliveryStore, eventExpunged } from '#store/delivery.store.js';
import { EventStore } from '#store/event.store.js';
import { newUuid } from '#store/new-id.js';
import { RegistryStore } from '#store/registry.store.js';
import { SubscriptionCatalogStore, type SubscriptionRow } from '#store/subscription-catalog.store.js';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/path-ids.js';
import { subscriptionUuid } from '../subscriptions/path-subscription.js';
import type { SubscriptionDraft } from '../subscriptions/subscription-fields.js';
import type { ExplainedErrorDto, ExplainedRequestDto, ExplainedSubscriptionDto, ExplanationDto } from './explain.dto.js';

/** Subscriptions explained at once. */
const MAX_SUBSCRIPTIONS = 200;

/** What of a subscription's row decides whether an event reaches it and what it is sent. */
type ExplainableRow = Pick<
  SubscriptionRow,
  'id' | 'tenantId' | 'spec' | 'enabled' | 'suspendedAt' | 'createdAt' | 'ownerAppPermissions' | 'secretHeaders'
>;
type Extra = Pick<ExplainedSubscriptionDto, 'delivery' | 'request' | 'error'>;

/** Answers why an event reaches a subscription or does not, with the very code that decides it. */
@Injectable()
export class ExplainService {
  constructor(
    private readonly events: EventStore,
    private readonly deliveries: DeliveryStore,
    private readonly subscriptions: SubscriptionCatalogStore,
    private readonly registry: RegistryStore,
  ) {}

  /** Of a stored event: the verdicts as subscriptions are now, and what was made of it then. Errors: `not_found`, `invalid_id`, `event_expunged`. */
  async explainStored(tenantId: string, eventId: string, subscription: string | undefined): Promise<ExplanationDto> {
    const stored = await this.events.find(tenantId, eventId);
    if (stored === null) throw notFound();
    if (stored.expungedAt) throw eventExpunged();
    const rows = await this.rows(tenantId, subscription);
    const explained = await this.explain(tenantId, stored, rows, (row) => this.delivery(stored, row));
    return { eventId: stored.id, ...explained };
  }

  /** Of an event that is not stored: the verdicts, and the request that each match would get. Errors: `not_found`, `invalid_id`. */
  async explainUnstored(stored: StoredEvent, subscription: string | undefined): Promise<ExplanationDto> {
    const rows = await this.rows(stored.tenantId, subscription);
    const explained = await this.explain(stored.tenantId, afterAll(stored, rows), rows, (row, event, ready, matched) =>
      matched ? preview(row, event, ready) : {},
    );
    return { eventId: null, ...explained };
  }

  /**
   * Of a draft: whether the event would reach it and the request it would get, as if it were stored by a key with these permissions of
   * apps. `replaced`: the subscription that it would replace, whose suspension it keeps.
   */
  async explainDraft(
    stored: StoredEvent,
    { spec, enabled }: SubscriptionDraft,
    ownerAppPermissions: string[],
    replaced: Pick<SubscriptionRow, 'id' | 'suspendedAt'> | null,
  ): Promise<ExplainedSubscriptionDto> {
    const secretNames = spec.headers.filter(({ secret }) => secret).map(({ name }) => [name, ''] as const);
    const row: ExplainableRow = {
      id: replaced?.id ?? newUuid(),
      tenantId: stored.tenantId,
      spec,
      enabled,
      suspendedAt: replaced?.suspendedAt ?? null,
      createdAt: new Date(stored.acceptedAt),
      ownerAppPermissions,
      secretHeaders: Object.fromEntries(secretNames),
    };
    const explained = await this.explain(stored.tenantId, stored, [row], (_, event, ready) => preview(row, event, ready));
    return explained.items[0]!;
  }

  private async rows(tenantId: string, subscription: string | undefined): Promise<SubscriptionRow[]> {
    if (subscription === undefined) return this.subscriptions.newest(tenantId, MAX_SUBSCRIPTIONS + 1);
    const id = subscriptionUuid(subscription);
    if (id === null) throw invalidField('/subscription', 'invalid_id', 'A subscription is named by its id, its uuid or its ULID.');
    const [row] = await this.subscriptions.loadByIds([id]);
    if (row?.tenantId !== tenantId || row.deletedAt !== null) throw notFound();
    return [row];
  }

  private async explain<Row extends ExplainableRow>(
    tenantId: string,
    stored: StoredEvent,
    rows: Row[],
    more: (row: Row, event: EventToMatch, ready: ReadySubscription, matched: boolean) => Extra | Promise<Extra>,
  ): Promise<Pick<ExplanationDto, 'items' | 'note'>> {
    const event = new Registry(await this.registry.load(tenantId)).join(stored, eventTree(stored));
    const shown = rows.slice(0, MAX_SUBSCRIPTIONS);
    const items = await Promise.all(
      shown.map(async (row): Promise<ExplainedSubscriptionDto> => {
        const about = { subscriptionId: formatId('sub', row.id), subscriptionName: plainName(row.spec.name) };
        const ready = compile(row);
        if (ready instanceof DomainError) return { ...about, matched: false, verdicts: [], error: told(ready) };
        const { matched, verdicts } = explain(event, ready);
        return { ...about, matched, verdicts, ...(await more(row, event, ready, matched)) };
      }),
    );
    if (rows.length <= MAX_SUBSCRIPTIONS) return { items };
    return { items, note: `Only the newest ${MAX_SUBSCRIPTIONS} subscriptions are shown; name one with ?subscription=.` };
  }

  private async delivery(stored: StoredEvent, row: SubscriptionRow): Promise<Extra> {
    const found = await this.deliveries.findByEventAndSubscription(stored.tenantId, stored.uuid, row.id);
    return { delivery: found && { id: formatId('dlv', found.id), state: found.state, reason: found.reason } };
  }
}

/** A dry run asks of an event that comes now, after every subscription there is, whatever this process's clock says. */
function afterAll(stored: StoredEvent, rows: readonly SubscriptionRow[]): StoredEvent {
  const latest = Math.max(Date.parse(stored.acceptedAt), ...rows.map(({ createdAt }) => createdAt.getTime()));
  return { ...stored, acceptedAt: new Date(latest).toISOString() };
}

function compile(row: ExplainableRow): ReadySubscription | DomainError {
  try {
    return compileSubscription(row.spec, {
      id: row.id,
      tenantId: row.tenantId,
      enabled: row.enabled,
      suspended: row.suspendedAt !== null,
      createdAtMs: row.createdAt.getTime(),
      heldPermissions: row.ownerAppPermissions ?? [],
    });
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

function preview(row: ExplainableRow, event: EventToMatch, { request }: ReadySubscription): Extra {
  try {
    const { method, url, headers, contentType, body } = renderRequest(request, event);
    const secrets = Object.keys(row.secretHeaders).map((name) => [name, ['***']] as const);
    const shown: ExplainedRequestDto['headers'] = { 'content-type': [contentType], ...headers, ...Object.fromEntries(secrets) };
    return { request: { method, url, headers: shown, body: body.toString('utf8') } };
  } catch (error) {
    if (error instanceof DomainError) return { error: told(error) };
    throw error;
  }
}

const told = ({ code, message }: DomainError): ExplainedErrorDto => ({ code, detail: message });

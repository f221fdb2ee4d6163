import { candidates, indexByType, type TypeIndex } from '#domain/match/by-type.js';
import type { ReadySubscription } from '#domain/match/compile-subscription.js';
import { Registry } from '#domain/match/registry.js';
import { RegistryStore } from '#store/registry.store.js';
import { SubscriptionCatalogStore } from '#store/subscription-catalog.store.js';
import { Vault } from '#vault/vault.js';
import { Injectable } from '@nestjs/common';
import { ServedSubscription } from './served-subscription.js';

interface TenantEntry {
  catalogVersion: bigint;
  registryVersion: bigint;
  registry: Registry;
  subscriptions: Map<string, ServedSubscription>;
  index: TypeIndex<ReadySubscription>;
  /** When an owner's key expires, permissions change without any version being raised. */
  validUntilMs: number;
}

/** What a fan-out needs of one tenant, as of the versions it asked for. */
export interface TenantCatalog {
  registry: Registry;
  /** Subscriptions that may want an event of this type. */
  candidates(eventType: string): ReadySubscription[];
  served(subscriptionUuid: string): ServedSubscription;
}

/** Tenants whose catalogs are kept; the least recently used one goes first. */
const MAX_TENANTS = 1_000;
/** Subscriptions kept for retries of tenants that publish elsewhere. */
const MAX_LOOSE = 5_000;

/**
 * Subscriptions in memory. Every read of work brings the version that was current in Postgres at that moment, so what is served is never
 * older than the work itself; a change costs a read of the rows that changed.
 */
@Injectable()
export class Catalog {
  private readonly tenants = new Map<string, TenantEntry>();
  private readonly loading = new Map<string, Promise<TenantEntry>>();
  private readonly loose = new Map<string, ServedSubscription>();

  constructor(
    private readonly subscriptions: SubscriptionCatalogStore,
    private readonly registry: RegistryStore,
    private readonly vault: Vault,
  ) {}

  async tenant(tenantId: string, catalogVersion: bigint, registryVersion: bigint): Promise<TenantCatalog> {
    let entry = this.tenants.get(tenantId);
    while (!entry || entry.catalogVersion < catalogVersion || entry.registryVersion < registryVersion || entry.validUntilMs <= Date.now()) {
      entry = await this.refresh(tenantId, catalogVersion, registryVersion);
    }
    keepRecent(this.tenants, tenantId, entry, MAX_TENANTS);
    const { registry, index, subscriptions } = entry;
    return { registry, candidates: (eventType) => candidates(index, eventType), served: (uuid) => subscriptions.get(uuid)! };
  }

  /** The subscriptions of claimed deliveries, each at least as new as its claim. */
  async served(wanted: { subscriptionUuid: string; tenantId: string; catalogVersion: bigint }[]): Promise<Map<string, ServedSubscription>> {
    const found = new Map<string, ServedSubscription>();
    const missing = new Set<string>();
    for (const { subscriptionUuid, tenantId, catalogVersion } of wanted) {
      const known = this.tenants.get(tenantId)?.subscriptions.get(subscriptionUuid) ?? this.loose.get(subscriptionUuid);
      if (known && known.catalogVersion >= catalogVersion) found.set(subscriptionUuid, known);
      else missing.add(subscriptionUuid);
    }
    for (const row of await this.subscriptions.loadByIds([...missing])) {
      const fresh = new ServedSubscription(row, this.vault);
      keepRecent(this.loose, row.id, fresh, MAX_LOOSE);
      found.set(row.id, fresh);
    }
    return found;
  }

  /** One load per tenant at a time: whoever comes meanwhile waits for it and looks again. */
  private refresh(tenantId: string, catalogVersion: bigint, registryVersion: bigint): Promise<TenantEntry> {
    const underWay = this.loading.get(tenantId);
    if (underWay) return underWay;
    const load = this.load(tenantId, catalogVersion, registryVersion).finally(() => this.loading.delete(tenantId));
    this.loading.set(tenantId, load);
    return load;
  }

  private async load(tenantId: string, catalogVersion: bigint, registryVersion: bigint): Promise<TenantEntry> {
    const known = this.tenants.get(tenantId);
    const isExpired = known !== undefined && known.validUntilMs <= Date.now();
    const isStale = !known || isExpired || known.registryVersion < registryVersion;
    // Keys and apps carry the permissions that subscriptions live by, so their change reads everything anew.
    const since = isStale ? -1n : known.catalogVersion;
    const [rows, registered] = await Promise.all([
      this.subscriptions.changedSince(tenantId, since),
      isStale ? this.registry.load(tenantId) : null,
    ]);
    const subscriptions = new Map(isStale ? [] : known.subscriptions);
    let newest = catalogVersion;
    for (const row of rows) {
      if (row.catalogVersion > newest) newest = row.catalogVersion;
      if (row.deletedAt) subscriptions.delete(row.id);
      else subscriptions.set(row.id, new ServedSubscription(row, this.vault));
    }
    const entry: TenantEntry = {
      catalogVersion: newest,
      registryVersion,
      registry: registered ? new Registry(registered) : known!.registry,
      subscriptions,
      index: indexByType([...subscriptions.values()].flatMap((served) => served.readyOrNull() ?? [])),
      validUntilMs: Math.min(...[...subscriptions.values()].map((served) => served.row.ownerKeyExpiresAt?.getTime() ?? Infinity)),
    };
    keepRecent(this.tenants, tenantId, entry, MAX_TENANTS);
    return entry;
  }
}

/** Puts a value at the young end of a bounded map. */
export function keepRecent<V>(map: Map<string, V>, key: string, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) map.delete(map.keys().next().value!);
}

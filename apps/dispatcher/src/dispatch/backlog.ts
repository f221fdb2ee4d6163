import type { Party } from './in-flight.js';

/**
 * Subscriptions that may have deliveries on hold for want of room here. They take turns: tenants first, then a tenant's subscriptions,
 * so that a tenant with many waits as long as a tenant with one.
 */
export class Backlog {
  /** Tenant → its subscriptions; in both, whoever has waited longest comes first. */
  private readonly tenants = new Map<string, Map<string, Party>>();

  add(party: Party): void {
    const own = this.tenants.get(party.tenantId) ?? new Map<string, Party>();
    if (own.has(party.subscriptionUuid)) return;
    this.tenants.set(party.tenantId, own.set(party.subscriptionUuid, party));
  }

  delete({ subscriptionUuid, tenantId }: Party): void {
    const own = this.tenants.get(tenantId);
    own?.delete(subscriptionUuid);
    if (own?.size === 0) this.tenants.delete(tenantId);
  }

  /** The next in turn of those that can go on now; it and its tenant then wait longest. Undefined when none can. */
  next(canGoOn: (party: Party) => boolean): Party | undefined {
    for (const [tenantId, own] of this.tenants) {
      for (const [subscriptionUuid, party] of own) {
        if (!canGoOn(party)) continue;
        own.delete(subscriptionUuid);
        this.tenants.delete(tenantId);
        this.tenants.set(tenantId, own.set(subscriptionUuid, party));
        return party;
      }
    }
    return undefined;
  }
}

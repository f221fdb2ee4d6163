import { eventTree } from '#domain/event.js';
import { LIMITS } from '#domain/limits.js';
import { compileSubscription } from '#domain/match/compile-subscription.js';
import { wouldHaveWanted } from '#domain/match/explain.js';
import { Registry } from '#domain/match/registry.js';
import { RegistryStore } from '#store/registry.store.js';
import type { PartScope } from '#store/replay-rows.js';
import { ReplayStore } from '#store/replay.store.js';
import type { SubscriptionRow } from '#store/subscription-catalog.store.js';
import { Injectable } from '@nestjs/common';

/** Events come with their bytes, so a page of them is small; between two pages others have their turn. */
const PAGE = 100;
/** Large events end a count before their number does. */
const LONGEST_MS = 5_000;

/** Counts what a replay of mode `missing` would make, with the very code that decides it. */
@Injectable()
export class MissingEvents {
  constructor(
    private readonly store: ReplayStore,
    private readonly registry: RegistryStore,
  ) {}

  /** Of the oldest events of the window, up to LIMITS.dryRunEvents or as many as there is time for. Throws as compileSubscription does. */
  async count(scope: PartScope, row: SubscriptionRow): Promise<{ count: number; examined: number; isExact: boolean }> {
    const ready = compileSubscription(row.spec, {
      id: row.id,
      tenantId: row.tenantId,
      enabled: row.enabled,
      suspended: row.suspendedAt !== null,
      createdAtMs: row.createdAt.getTime(),
      heldPermissions: row.ownerAppPermissions ?? [],
    });
    const registry = new Registry(await this.registry.load(scope.tenantId));
    const endsAt = performance.now() + LONGEST_MS;
    let [after, count, examined]: [string | null, number, number] = [null, 0, 0];
    while (examined < LIMITS.dryRunEvents.max && performance.now() < endsAt) {
      const page = await this.store.eventsAfter(scope, after, Math.min(PAGE, LIMITS.dryRunEvents.max - examined));
      examined += page.length;
      count += page.filter(
        ({ event, isThere }) => !isThere && !event.expungedAt && wouldHaveWanted(registry.join(event, eventTree(event)), ready),
      ).length;
      after = page.at(-1)?.event.uuid ?? null;
      if (page.length < PAGE) break;
    }
    return { count, examined, isExact: after === null || (await this.store.eventsAfter(scope, after, 1)).length === 0 };
  }
}

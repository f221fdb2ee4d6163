import { TenantStore } from '#store/tenant.store.js';
import { Inject, Injectable } from '@nestjs/common';

/** Slugs remembered at most; a gateway with more tenants asks the database for those it has forgotten. */
const MAX_REMEMBERED = 10_000;

/** Tells tenants by the slug that some dialects' requests carry. A slug never changes, so it is read once. */
@Injectable()
export class TenantSlugs {
  private readonly slugs = new Map<string, string>();

  constructor(@Inject(TenantStore) private readonly tenants: Pick<TenantStore, 'find'>) {}

  /** Whether the tenant (a uuid) is the one of this slug, letter for letter. */
  async isSlugOf(slug: string, tenantId: string): Promise<boolean> {
    const known = this.slugs.get(tenantId) ?? (await this.tenants.find(tenantId))?.slug;
    if (known === undefined) return false;
    if (this.slugs.size >= MAX_REMEMBERED) this.slugs.clear();
    this.slugs.set(tenantId, known);
    return known === slug;
  }
}

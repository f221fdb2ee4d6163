import type { Callback } from '#domain/callback.js';
import { invalidField } from '#domain/errors.js';
import { TenantStore } from '#store/tenant.store.js';
import { Injectable } from '@nestjs/common';

/** The callbacks that a tenant's settings name. */
@Injectable()
export class CallbackNames {
  constructor(private readonly tenants: TenantStore) {}

  /** Throws `unknown_callback` for a name that the tenant has not registered. */
  async require(tenantId: string, callback: Callback | null | undefined): Promise<void> {
    if (!callback || 'url' in callback) return;
    const { callbacks = {} } = (await this.tenants.find(tenantId))?.settings ?? {};
    if (Object.hasOwn(callbacks, callback.name)) return;
    throw invalidField('/callback/name', 'unknown_callback', 'The tenant has registered no callback of this name.');
  }
}

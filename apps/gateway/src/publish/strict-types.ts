import { invalidField } from '#domain/errors.js';
import { RegistryStore } from '#store/registry.store.js';
import { Injectable } from '@nestjs/common';
import { Recent } from '../access/recent.js';

const MAX_TENANTS = 10_000;
const REMEMBERED_MS = 2_000;

/** Keeps events of unregistered types out of tenants that want it so (`settings.strictEventTypes`). */
@Injectable()
export class StrictTypes {
  /** A change of the setting takes effect within two seconds. */
  private readonly strict = new Recent<boolean>(MAX_TENANTS, REMEMBERED_MS);

  constructor(private readonly registry: RegistryStore) {}

  /** Throws `unknown_event_type` for a type that a strict tenant has not registered. */
  async check(tenantId: string, type: string): Promise<void> {
    if (!(await this.isStrict(tenantId)) || (await this.registry.isRegistered(tenantId, type))) return;
    throw invalidField('/type', 'unknown_event_type', 'This tenant takes registered event types only, and nobody has registered this one.');
  }

  private async isStrict(tenantId: string): Promise<boolean> {
    let strict = this.strict.get(tenantId);
    if (strict === undefined) {
      strict = await this.registry.isStrict(tenantId);
      this.strict.set(tenantId, strict);
    }
    return strict;
  }
}

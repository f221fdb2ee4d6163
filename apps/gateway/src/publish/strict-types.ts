import { invalidField } from '#domain/errors.js';
import { RegistryStore } from '#store/registry.store.js';
import { Injectable } from '@nestjs/common';
import { Recent } from '../access/recent.js';

const MAX_TENANTS = 10_000;
const REMEMBERED_MS = 2_000;

/** Keeps events of unregistered types out of tenants that want it so (`settings.strictEventTypes`). */
@Injectable()
export class StrictTypes {
  /** A change of the setting takes effect within two seconds. Holds promises, so that a batch asks the database once. */
  private readonly strict = new Recent<Promise<boolean>>(MAX_TENANTS, REMEMBERED_MS);

  constructor(private readonly registry: RegistryStore) {}

  /** Throws `unknown_event_type` for a type that a strict tenant has not registered. */
  async check(tenantId: string, type: string): Promise<void> {
    if (!(await this.isStrict(tenantId)) || (await this.registry.isRegistered(tenantId, type))) return;
    throw invalidField('/type', 'unknown_event_type', 'This tenant takes registered event types only, and nobody has registered this one.');
  }

  private isStrict(tenantId: string): Promise<boolean> {
    const known = this.strict.get(tenantId);
    if (known) return known;
    const asked = this.registry.isStrict(tenantId);
    this.strict.set(tenantId, asked);
    // A database that was away for a moment is asked again.
    asked.catch(() => this.strict.delete(tenantId));
    return asked;
  }
}

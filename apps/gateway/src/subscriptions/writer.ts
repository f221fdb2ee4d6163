import type { Principal } from '../access/principal.js';

/** Who changes a tenant's subscriptions. */
export interface Writer extends Pick<Principal, 'keyId' | 'keyName' | 'appPermissions'> {
  tenantId: string;
}

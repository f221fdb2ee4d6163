import type { TenantQuotas } from '#domain/tenant.js';
import { covers } from './permissions.js';

/** Who is asking: the key of a request that has passed the access guard. */
export interface Principal {
  /** uuid */
  keyId: string;
  keyName: string;
  /** uuid; null: the operator. */
  tenantId: string | null;
  permissions: string[];
  /** Names of publishers' permissions that this key holds. */
  appPermissions: string[];
  /** Its tenant's own, where it has any. */
  quotas?: TenantQuotas | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access guard on every route that is not public. */
    principal?: Principal;
  }
}

/** Whether the principal holds the permission, by its name or by a wildcard. */
export const mayDo = (principal: Principal, permission: string): boolean =>
  principal.permissions.some((grant) => covers(grant, permission));

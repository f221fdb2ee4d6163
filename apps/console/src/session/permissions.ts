/** Who is signed in. `tenantId` null: an operator's key, which sees no tenant's events. */
export interface Session {
  keyName: string;
  tenantId: string | null;
  permissions: string[];
}

/** Whether the key may do this (`<resource>:<action>`), so that the console offers nothing that would be refused. */
export const mayDo = ({ permissions }: Session, permission: string): boolean =>
  permissions.some((grant) => grant === '*' || grant === permission || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1))));

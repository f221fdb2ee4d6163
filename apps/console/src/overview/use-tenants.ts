import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { Tenant } from '../api/shapes';
import { useMay, useSession } from '../session/session';

/** As many as one looks through in a menu; a tenant beyond them is reached from the tenants' own screen. */
const MOST_PAGES = 5;
const PAGE = 200;

export interface Tenants {
  tenants: Tenant[];
  /** There are more, which were not read. */
  isCut: boolean;
}

const NONE: Tenants = { tenants: [], isCut: false };

async function readTenants(): Promise<Tenants> {
  const tenants: Tenant[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await ask(api.GET('/v1/tenants', { params: { query: { limit: PAGE, ...(cursor ? { cursor } : {}) } } }));
    tenants.push(...page.items);
    if (page.nextCursor === null) return { tenants, isCut: false };
    cursor = page.nextCursor;
  }
  return { tenants, isCut: true };
}

/** The tenants that an operator may choose from and their names; none for anybody else. */
export function useTenants(): Tenants & { error: Error | null } {
  const mayList = useMay('tenants:list');
  const isOperator = useSession().tenantId === null;
  const { data, error } = useQuery({
    queryKey: ['tenants', 'choice'],
    queryFn: readTenants,
    enabled: isOperator && mayList,
    staleTime: 60_000,
  });
  return { ...(data ?? NONE), error };
}

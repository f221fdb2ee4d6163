import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { useMay, useSession } from '../session/session';

const MOST = 200;

/** The tenants that an operator may choose from and their names; none for anybody else. */
export function useTenants(): { tenants: { id: string; name: string }[]; error: Error | null } {
  const mayList = useMay('tenants:list');
  const isOperator = useSession().tenantId === null;
  const { data, error } = useQuery({
    queryKey: ['tenants', 'choice'],
    queryFn: () => ask(api.GET('/v1/tenants', { params: { query: { limit: MOST } } })),
    enabled: isOperator && mayList,
    staleTime: 60_000,
  });
  return { tenants: data?.items ?? [], error };
}

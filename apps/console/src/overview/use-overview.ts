import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { TimeRange } from './ranges';

/** The figures of the last minutes, of a tenant or, for an operator who names none, of all. While live they are read again and again. */
export const useOverview = ({ minutes, stepMinutes, refreshMs }: TimeRange, tenantId: string | undefined, isLive: boolean) =>
  useQuery({
    queryKey: ['overview', minutes, tenantId],
    queryFn: () => ask(api.GET('/v1/stats/overview', { params: { query: { minutes, stepMinutes, ...(tenantId ? { tenantId } : {}) } } })),
    refetchInterval: isLive ? refreshMs : false,
    placeholderData: keepPreviousData,
  });

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';

const FRESH_MS = 120_000;

/** How a subscription's deliveries fared in the last hours, and whether it is being spared. */
export const useStats = (id: string, hours = 24) =>
  useQuery({
    queryKey: ['subscriptions', id, 'stats', hours],
    queryFn: () => ask(api.GET('/v1/subscriptions/{id}/stats', { params: { path: { id }, query: { hours } } })),
    staleTime: FRESH_MS,
  });

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';

export const useSubscription = (id: string) =>
  useQuery({
    queryKey: ['subscriptions', id],
    queryFn: () => ask(api.GET('/v1/subscriptions/{id}', { params: { path: { id } } })),
  });

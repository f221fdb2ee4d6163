import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { together } from './together';

const FRESH_MS = 120_000;
/** As many as one request may ask for. */
const MOST = 100;

const readOne = together(async (ids) => {
  const { items } = await ask(api.GET('/v1/subscriptions/stats', { params: { query: { ids: ids.join() } } }));
  return new Map(items.map((figures) => [figures.subscriptionId, figures]));
}, MOST);

/** How a subscription's deliveries fared in the last day; null where there is none any more. All rows in view ask with one request. */
export const useFigures = (id: string) =>
  useQuery({ queryKey: ['subscriptions', id, 'figures'], queryFn: () => readOne(id), staleTime: FRESH_MS });

import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Problem } from './client';

/** A sign-in that has ended sends the console back to its first page. */
const onError = (error: unknown): void => {
  if (error instanceof Problem && error.status === 401) void queries.invalidateQueries({ queryKey: ['session'] });
};

/** What was read and how long it is good for. A refusal is an answer: only what could not be reached is asked for again. */
export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'session' && onError(error) }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 2 && (!(error instanceof Problem) || error.status === 0 || error.status === 503),
    },
  },
});

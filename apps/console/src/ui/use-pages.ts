import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

interface Page<Row> {
  items: Row[];
  nextCursor: string | null;
}

/** The rows of a list read so far, and how to get more of them. */
export interface Pages<Row> {
  rows: Row[];
  hasMore: boolean;
  isLoading: boolean;
  isFetching: boolean;
  error: Error | null;
  fetchMore: () => void;
  refetch: () => void;
}

/**
 * Reads a list of the API page by page. `key` names the list and everything its answer depends on.
 * `refreshMs`: how often the first pages are read again, for a list that is watched live; left out, never.
 */
export function usePages<Row>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page<Row>>,
  refreshMs?: number,
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: refreshMs ?? false,
  });
  const { data, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    hasMore: query.hasNextPage,
    isLoading: query.isLoading,
    isFetching: query.isFetchingNextPage,
    error: query.error,
    fetchMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

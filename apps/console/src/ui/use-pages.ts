import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { type Page, type ReadPages, withHead } from './live-head';

/** The rows of a list read so far, and how to get more of them. */
export interface Pages<Row> {
  rows: Row[];
  hasMore: boolean;
  /** How far back it has looked, where it stopped for now without a page full; null: it is read on as it is scrolled. */
  searchedTo: string | null;
  /** Whether its newest rows are read again and again. */
  isWatched: boolean;
  isLoading: boolean;
  isFetching: boolean;
  error: Error | null;
  fetchMore: () => void;
  refetch: () => void;
}

/**
 * Reads a list of the API page by page. `key` names the list and everything its answer depends on.
 * `refreshMs`: how often its newest rows are read again, for a list that is watched live; left out, never.
 */
export function usePages<Row extends { id: string }>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page<Row>>,
  refreshMs?: number,
): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  useHead(key, read, query.isSuccess ? refreshMs : undefined);
  const { data, fetchNextPage, refetch } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    hasMore: query.hasNextPage,
    searchedTo: data?.pages.at(-1)?.searchedTo ?? null,
    isWatched: refreshMs !== undefined,
    isLoading: query.isLoading,
    isFetching: query.isFetchingNextPage,
    error: query.error,
    fetchMore: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

/** Reads a list's first page again and again, and adds what it tells to what was read. */
function useHead<Row extends { id: string }>(
  key: readonly unknown[],
  read: (cursor: string | undefined) => Promise<Page<Row>>,
  refreshMs: number | undefined,
): void {
  const client = useQueryClient();
  useQuery({
    queryKey: ['head', ...key],
    queryFn: async () => {
      const head = await read(undefined);
      client.setQueryData<ReadPages<Row>>(key, (known) => known && withHead(known, head));
      return head.items[0]?.id ?? null;
    },
    enabled: refreshMs !== undefined,
    refetchInterval: refreshMs ?? false,
    gcTime: 0,
  });
}

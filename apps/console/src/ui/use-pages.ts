import { hashKey, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
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
  /** Why the list could not be read, or not be read again. */
  error: Error | null;
  /** Why the next page could not be read; nobody but a person asks for it again. */
  moreError: Error | null;
  /** Why it is not known what is new in a list that is watched. */
  headError: Error | null;
  fetchMore: () => void;
  refetch: () => void;
}

/** What a list's query says about the page: the first has no cursor. */
export interface PageQuery {
  cursor?: string;
  limit: number;
}

type Read<Row> = (page: PageQuery) => Promise<Page<Row>>;

const PAGE = 100;

/** One page is read anew for who comes back to the tab; of a longer list that would be one request for each page. */
const isOnePage = ({ state: { data } }: { state: { data: { pages: unknown[] } | undefined } }): boolean =>
  data === undefined || data.pages.length <= 1;

/**
 * Reads a list of the API page by page. `key` names the list and everything its answer depends on.
 * `refreshMs`: how often its newest rows are read again, for a list that is watched live; left out, never.
 */
export function usePages<Row extends { id: string }>(key: readonly unknown[], read: Read<Row>, refreshMs?: number): Pages<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read({ limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchOnWindowFocus: isOnePage,
    refetchOnReconnect: isOnePage,
  });
  const { data, fetchNextPage, refetch } = query;
  const more = useMore(hashKey(key), fetchNextPage);
  const headError = useHead(key, read, data === undefined ? undefined : refreshMs);
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return {
    rows,
    hasMore: query.hasNextPage,
    searchedTo: data?.pages.at(-1)?.searchedTo ?? null,
    isWatched: refreshMs !== undefined,
    isLoading: query.isLoading,
    isFetching: query.isFetchingNextPage,
    error: query.isFetchNextPageError ? null : query.error,
    moreError: query.isFetchNextPageError ? query.error : more.error,
    headError,
    fetchMore: more.fetch,
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

/** Reads the next page. Its failure is kept here, too: the query forgets it with the next reading of the list's head. */
function useMore(list: string, fetchNextPage: () => Promise<{ isFetchNextPageError: boolean; error: Error | null }>) {
  const [failed, setFailed] = useState<{ list: string; error: Error | null } | null>(null);
  const fetch = useCallback(() => {
    setFailed(null);
    void fetchNextPage().then(({ isFetchNextPageError, error }) => isFetchNextPageError && setFailed({ list, error }));
  }, [list, fetchNextPage]);
  return { error: failed?.list === list ? failed.error : null, fetch };
}

/** Reads a list's first page again and again, and adds what it tells to what was read. Returns why it could not, when it could not. */
function useHead<Row extends { id: string }>(key: readonly unknown[], read: Read<Row>, refreshMs: number | undefined): Error | null {
  const client = useQueryClient();
  const { error } = useQuery({
    queryKey: ['head', ...key],
    queryFn: async () => {
      const head = await read({ limit: PAGE });
      client.setQueryData<ReadPages<Row>>(key, (known) => known && withHead(known, head));
      return head.items[0]?.id ?? null;
    },
    enabled: refreshMs !== undefined,
    refetchInterval: refreshMs ?? false,
    gcTime: 0,
  });
  return refreshMs === undefined ? null : error;
}

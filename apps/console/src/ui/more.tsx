import { ErrorNote } from './states';
import type { Pages } from './use-pages';

/** The way on in a list that is read page by page and not scrolled, and why the last step failed. */
export function More({
  of,
  children = 'More',
}: {
  of: Pick<Pages<unknown>, 'hasMore' | 'moreError' | 'isFetching' | 'fetchMore'>;
  children?: string;
}) {
  return (
    <>
      {of.moreError && <ErrorNote error={of.moreError} />}
      {of.hasMore && (
        <button disabled={of.isFetching} onClick={of.fetchMore}>
          {children}
        </button>
      )}
    </>
  );
}

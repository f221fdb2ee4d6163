import { Time } from './time';
import type { Pages } from './use-pages';

/** How far back a list has looked for what its filters fit, and the way on: what fits few rows is not looked for through all of them unasked. */
export function LookFurther({
  pages,
  searchedTo,
}: {
  pages: Pick<Pages<unknown>, 'isFetching' | 'isWatched' | 'fetchMore'>;
  searchedTo: string;
}) {
  const { isFetching, isWatched, fetchMore } = pages;
  return (
    <p className="looked" role="status">
      Looked back to <Time at={searchedTo} />.{' '}
      {isWatched ? (
        'Live looks no further.'
      ) : (
        <button type="button" onClick={fetchMore} disabled={isFetching}>
          {isFetching ? 'Looking …' : 'Look further'}
        </button>
      )}
    </p>
  );
}

import { useEffect } from 'react';
import { api, ask } from '../api/client';
import { queries } from '../api/queries';
import type { Attempt, Delivery } from '../api/shapes';
import { More } from '../ui/more';
import { ErrorNote, Loading } from '../ui/states';
import { usePages } from '../ui/use-pages';
import { AttemptCard } from './attempt-card';

/** The attempts of a delivery, newest first, read again whenever one more is made. */
export function Attempts({ delivery: { id, attemptCount } }: { delivery: Delivery }) {
  const pages = usePages<Attempt>(['deliveries', id, 'attempts'], (page) =>
    ask(api.GET('/v1/deliveries/{id}/attempts', { params: { path: { id }, query: { ...page, limit: 50 } } })),
  );
  useEffect(() => void queries.invalidateQueries({ queryKey: ['deliveries', id, 'attempts'] }), [id, attemptCount]);
  return (
    <>
      <h2>Attempts ({attemptCount})</h2>
      {pages.error && <ErrorNote error={pages.error} onRetry={pages.refetch} />}
      {pages.isLoading && <Loading what="the attempts" />}
      <ol className="attempts" reversed>
        {pages.rows.map((attempt) => (
          <AttemptCard key={attempt.id} deliveryId={id} attempt={attempt} />
        ))}
      </ol>
      <More of={pages}>Earlier attempts</More>
    </>
  );
}

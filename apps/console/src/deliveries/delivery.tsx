import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { Attempt, Delivery as Stored } from '../api/shapes';
import { Answer } from '../ui/answer';
import { Heading } from '../ui/heading';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';
import { AttemptCard } from './attempt-card';
import { DeliveryActions } from './delivery-actions';
import { StateMark } from './state-mark';

const OPEN_MS = 1_000;

/** One delivery: where it stands, what may be done about it, and every attempt made. Follows along until it has ended. */
export default function Delivery() {
  const { id = '' } = useParams();
  const delivery = useQuery({
    queryKey: ['deliveries', id],
    queryFn: () => ask(api.GET('/v1/deliveries/{id}', { params: { path: { id } } })),
    refetchInterval: ({ state }) => (state.data && state.data.endedAt === null ? OPEN_MS : false),
  });
  const attempts = useQuery({
    queryKey: ['deliveries', id, 'attempts', delivery.data?.attemptCount],
    queryFn: () => ask(api.GET('/v1/deliveries/{id}/attempts', { params: { path: { id }, query: { limit: 200 } } })),
    enabled: delivery.data !== undefined,
    placeholderData: (before) => before,
  });
  return (
    <Answer of={delivery} what="the delivery">
      {(found) => <Found delivery={found} attempts={attempts} />}
    </Answer>
  );
}

interface FoundProps {
  delivery: Stored;
  attempts: UseQueryResult<{ items: Attempt[] }>;
}

function Found({ delivery, attempts }: FoundProps) {
  const { id, eventId, eventType, subscriptionId, reason, attemptCount, createdAt, endedAt, nextAttemptAt } = delivery;
  return (
    <>
      <Heading title={`Delivery of ${eventType}`}>
        {eventType} <StateMark delivery={delivery} />
      </Heading>
      <dl className="facts">
        <dt>Delivery</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>Event</dt>
        <dd>
          <Link to={`/events/${eventId}`}>{eventId}</Link>
        </dd>
        <dt>Subscription</dt>
        <dd>
          <Link to={`/subscriptions/${subscriptionId}`}>{subscriptionId}</Link>
        </dd>
        <dt>Reason</dt>
        <dd>{reason ?? '–'}</dd>
        <dt>Created</dt>
        <dd>
          <Time at={createdAt} />
        </dd>
        <dt>{endedAt ? 'Ended' : 'Next attempt'}</dt>
        <dd>
          <Time at={endedAt ?? nextAttemptAt} />
        </dd>
      </dl>
      <DeliveryActions delivery={delivery} />
      <h2>Attempts ({attemptCount})</h2>
      {attempts.error && <ErrorNote error={attempts.error} onRetry={() => void attempts.refetch()} />}
      {attempts.isLoading && <Loading what="the attempts" />}
      <ol className="attempts" reversed>
        {attempts.data?.items.map((attempt) => (
          <AttemptCard key={attempt.id} attempt={attempt} />
        ))}
      </ol>
    </>
  );
}

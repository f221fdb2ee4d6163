import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api, ask } from '../api/client';
import { Facts } from '../ui/facts';
import { MayLink } from '../ui/may-link';
import { ErrorNote, Loading } from '../ui/states';
import { Time } from '../ui/time';
import { Up } from '../ui/up';
import { Attempts } from './attempts';
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
  if (delivery.error) return <ErrorNote error={delivery.error} onRetry={() => void delivery.refetch()} />;
  if (!delivery.data) return <Loading what="the delivery" />;
  const { eventId, eventType, subscriptionId, reason, createdAt, endedAt, nextAttemptAt } = delivery.data;
  return (
    <>
      <Up to="/deliveries" />
      <h1>
        {eventType} <StateMark delivery={delivery.data} />
      </h1>
      <Facts
        of={[
          ['Delivery', <code>{id}</code>],
          [
            'Event',
            <MayLink may="events:read" to={`/events/${eventId}`}>
              {eventId}
            </MayLink>,
          ],
          [
            'Subscription',
            <MayLink may="subscriptions:read" to={`/subscriptions/${subscriptionId}`}>
              {subscriptionId}
            </MayLink>,
          ],
          ['Reason', reason ?? '–'],
          ['Created', <Time at={createdAt} />],
          [endedAt ? 'Ended' : 'Next attempt', <Time at={endedAt ?? nextAttemptAt} />],
        ]}
      />
      <DeliveryActions delivery={delivery.data} />
      <Attempts delivery={delivery.data} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { api, ask } from '../api/client';
import type { Delivery as Stored } from '../api/shapes';
import { Answer } from '../ui/answer';
import { Facts } from '../ui/facts';
import { Heading } from '../ui/heading';
import { MayLink } from '../ui/may-link';
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
  return (
    <Answer of={delivery} what="the delivery">
      {(found) => <Found delivery={found} />}
    </Answer>
  );
}

function Found({ delivery }: { delivery: Stored }) {
  const { id, eventId, eventType, subscriptionId, reason, createdAt, endedAt, nextAttemptAt } = delivery;
  return (
    <>
      <Up to="/deliveries" />
      <Heading title={`Delivery of ${eventType}`}>
        {eventType} <StateMark delivery={delivery} />
      </Heading>
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
      <DeliveryActions delivery={delivery} />
      <Attempts delivery={delivery} />
    </>
  );
}

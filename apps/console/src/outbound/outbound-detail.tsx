import type { OutboundRequest } from '../api/shapes';
import { Facts } from '../ui/facts';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';
import { aboutOf } from './outbound-columns';
import { OutboundMark } from './outbound-mark';

interface Props {
  request: OutboundRequest;
  onClose: () => void;
}

/** All that is known of one request. */
export function OutboundDetail({ request, onClose }: Props) {
  const { id, kind, subscriptionId, deliveryId, attempts, nextAttemptAt, lastError, createdAt, endedAt } = request;
  return (
    <section className="card" aria-label="The request" aria-live="polite">
      <h2>
        {kind} <OutboundMark request={request} />
      </h2>
      <Facts
        of={[
          ['Request', <code>{id}</code>],
          ['About', aboutOf(request)],
          [
            'Subscription',
            <MayLink may="subscriptions:read" to={`/subscriptions/${subscriptionId}`}>
              {subscriptionId}
            </MayLink>,
          ],
          ...(deliveryId
            ? ([
                [
                  'Delivery',
                  <MayLink may="deliveries:read" to={`/deliveries/${deliveryId}`}>
                    {deliveryId}
                  </MayLink>,
                ],
              ] as const)
            : []),
          ['Made so far', `${attempts}×`],
          ['Last error', lastError ?? '–'],
          ['Asked for', <Time at={createdAt} />],
          endedAt ? ['Given up', <Time at={endedAt} />] : ['Next attempt', <Time at={nextAttemptAt} />],
        ]}
      />
      <p className="actions">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </p>
    </section>
  );
}

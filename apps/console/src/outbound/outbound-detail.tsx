import { Link } from 'react-router';
import type { OutboundRequest } from '../api/shapes';
import { Facts } from '../ui/facts';
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
          ['Subscription', <Link to={`/subscriptions/${subscriptionId}`}>{subscriptionId}</Link>],
          ...(deliveryId ? ([['Delivery', <Link to={`/deliveries/${deliveryId}`}>{deliveryId}</Link>]] as const) : []),
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

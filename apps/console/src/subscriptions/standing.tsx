import type { Stats, Subscription } from '../api/shapes';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';

/** What keeps deliveries from going out now, with its reason; nothing where nothing does. */
export function Standing({ subscription, stats }: { subscription: Subscription; stats: Stats | undefined }) {
  const { id, enabled, suspended, suspendedReason, suspendedAt } = subscription;
  const breaker = stats?.breaker;
  const waiting = stats?.deliveries.pending ?? 0;
  return (
    <ul className="standing">
      {suspended && (
        <li>
          <strong>Suspended</strong> since <Time at={suspendedAt} />: {suspendedReason}. What waits is held until it is unsuspended.
        </li>
      )}
      {!enabled && (
        <li>
          <strong>Disabled.</strong> Events that come now are not delivered later.
        </li>
      )}
      {breaker && breaker.state !== 'closed' && (
        <li>
          <strong>{breaker.state === 'open' ? 'Being spared' : 'Being probed'}</strong> since <Time at={breaker.since} />, opened{' '}
          {breaker.trips}× in a row: most deliveries failed, so they are held. Next probe: <Time at={breaker.nextProbeAt} />
        </li>
      )}
      {waiting > 0 && (
        <li>
          <MayLink may="deliveries:list" to={`/deliveries?subscription=${id}&state=pending`}>
            {waiting} waiting or held
          </MayLink>
        </li>
      )}
    </ul>
  );
}

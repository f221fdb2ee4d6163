import type { Subscription } from '../api/shapes';

/** Whether a subscription is served, in a word and a colour. */
export function ActivityMark({ subscription: { enabled, suspended, suspendedReason } }: { subscription: Subscription }) {
  if (suspended)
    return (
      <span className="mark warn" title={suspendedReason ?? undefined}>
        suspended
      </span>
    );
  return <span className={`mark ${enabled ? 'good' : ''}`}>{enabled ? 'active' : 'disabled'}</span>;
}

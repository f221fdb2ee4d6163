import type { Stats } from '../api/shapes';
import { MayLink } from '../ui/may-link';
import { percent } from '../ui/numbers';
import { duration } from '../ui/time';

/** A subscription's last hours in numbers; each state leads to its deliveries. */
export function StatsNumbers({ id, stats: { deliveries, successRate, attempts, latencyMs } }: { id: string; stats: Stats }) {
  const states = Object.entries(deliveries).filter(([, count]) => count > 0);
  return (
    <dl className="numbers">
      {states.map(([state, count]) => (
        <div key={state}>
          <dt>{state}</dt>
          <dd>
            <MayLink may="deliveries:list" to={`/deliveries?subscription=${id}&state=${state}`}>
              {count}
            </MayLink>
          </dd>
        </div>
      ))}
      {[
        ['delivered share', percent(successRate)],
        ['attempts', attempts],
        ['half within', duration(latencyMs.p50)],
        ['95 % within', duration(latencyMs.p95)],
      ].map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import { count } from '../ui/numbers';
import { barsOf } from './bars';

const HOURS = 24;
const BARS = 48;
const FRESH_MS = 60_000;
const HEIGHT = 20;

/** How a subscription's deliveries fared in the last day, half hour by half hour: delivered, and what was given up on top of it. */
export function Sparkline({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ['subscriptions', id, 'series', HOURS],
    queryFn: () => ask(api.GET('/v1/subscriptions/{id}/stats/series', { params: { path: { id }, query: { hours: HOURS } } })),
    staleTime: FRESH_MS,
  });
  if (error) return <span title={error.message}>–</span>;
  const bars = barsOf(data?.series ?? [], BARS);
  const most = Math.max(1, ...bars.map(({ delivered, failed }) => delivered + failed));
  const sum = (pick: 'delivered' | 'failed') => count(bars.reduce((all, bar) => all + bar[pick], 0));
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${BARS * 2} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={data ? `Last ${HOURS} hours: ${sum('delivered')} delivered, ${sum('failed')} failed` : 'Loading'}
    >
      {bars.map(({ delivered, failed }, i) => {
        const [up, over] = [(delivered / most) * HEIGHT, (failed / most) * HEIGHT];
        return (
          <g key={i}>
            {delivered > 0 && <rect className="delivered" x={i * 2} width={1.5} y={HEIGHT - up} height={Math.max(up, 0.75)} />}
            {failed > 0 && <rect className="failed" x={i * 2} width={1.5} y={HEIGHT - up - over} height={Math.max(over, 0.75)} />}
          </g>
        );
      })}
      <line x1={0} x2={BARS * 2} y1={HEIGHT} y2={HEIGHT} />
    </svg>
  );
}

import { count } from '../ui/numbers';
import { useFigures } from './use-figures';

const HOURS = 24;
const BARS = 48;
const HEIGHT = 20;

/** How a subscription's deliveries fared in the last day, half hour by half hour: delivered, and what was given up on top of it. */
export function Sparkline({ id }: { id: string }) {
  const { data, error } = useFigures(id);
  if (error) return <span title={error.message}>–</span>;
  const bars = (data?.series.delivered ?? []).map((delivered, i) => ({ delivered, failed: data?.series.failed[i] ?? 0 }));
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

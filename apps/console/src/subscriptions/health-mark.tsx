import type { Stats } from '../api/shapes';
import { useStats } from './use-stats';

/** From which share of deliveries a subscription counts as well, and from which as ailing. */
const WELL = 0.99;
const AILING = 0.9;

function judge({ breaker, successRate }: Stats): { tone: string; word: string } {
  if (breaker.state === 'open') return { tone: 'bad', word: 'being spared' };
  if (breaker.state === 'half_open') return { tone: 'warn', word: 'being probed' };
  if (successRate === null) return { tone: '', word: 'no traffic' };
  const word = `${(Math.floor(successRate * 1_000) / 10).toLocaleString()} % delivered`;
  return { tone: successRate >= WELL ? 'good' : successRate >= AILING ? 'warn' : 'bad', word };
}

/** How well a subscription's receiver answers, in words and a colour. */
export function HealthMark({ id }: { id: string }) {
  const { data, error } = useStats(id);
  if (error) return <span title={error.message}>unknown</span>;
  if (!data) return <span className="hint">…</span>;
  const { tone, word } = judge(data);
  return <span className={`mark ${tone}`}>{word}</span>;
}

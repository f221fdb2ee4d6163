import type { SubscriptionFigures } from '../api/shapes';
import { percent, toneOf } from '../ui/numbers';
import { useFigures } from './use-figures';

function judge({ breaker, successRate }: SubscriptionFigures): { tone: string; word: string } {
  if (breaker.state === 'open') return { tone: 'bad', word: 'being spared' };
  if (breaker.state === 'half_open') return { tone: 'warn', word: 'being probed' };
  if (successRate === null) return { tone: '', word: 'no traffic' };
  return { tone: toneOf(successRate), word: `${percent(successRate)} delivered` };
}

/** How well a subscription's receiver answers, in words and a colour. */
export function HealthMark({ id }: { id: string }) {
  const { data, error } = useFigures(id);
  if (error) return <span title={error.message}>unknown</span>;
  if (!data) return <span className="hint">{data === null ? '–' : '…'}</span>;
  const { tone, word } = judge(data);
  return <span className={`mark ${tone}`}>{word}</span>;
}

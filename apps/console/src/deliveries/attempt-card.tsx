import type { Attempt } from '../api/shapes';
import { TextBlock } from '../ui/text-block';
import { duration, Time } from '../ui/time';
import { Headers } from './headers';
import { SentRequest } from './sent-request';
import { Waterfall } from './waterfall';

/** One HTTP request: when, how long each part took, what was sent, what came back. */
export function AttemptCard({ deliveryId, attempt }: { deliveryId: string; attempt: Attempt }) {
  const { number, trigger, outcome, startedAt, timings, request, response, error } = attempt;
  return (
    <li className="card">
      <h3>
        #{number} <span className={`mark ${outcome}`}>{outcome}</span> {response?.status ?? error?.code ?? ''} · {trigger} ·{' '}
        <Time at={startedAt} /> · {duration(timings.totalMs)}
      </h3>
      <Waterfall timings={timings} />
      {error && (
        <p className="error-note">
          <code>{error.code}</code> {error.message}
        </p>
      )}
      {request && <SentRequest deliveryId={deliveryId} request={request} />}
      {response && (
        <details>
          <summary>
            Answer {response.status}
            {response.truncated ? ' (cut)' : ''}
          </summary>
          <Headers of={response.headers as Record<string, string | string[]>} />
          {/* A receiver's words are text, whatever they claim to be. */}
          <TextBlock>{response.body}</TextBlock>
        </details>
      )}
    </li>
  );
}

import type { OutboundRequest } from '../api/shapes';

export const OutboundMark = ({ request: { state, attempts } }: { request: OutboundRequest }) =>
  state === 'given_up' ? (
    <span className="mark bad">given up</span>
  ) : (
    <span className={`mark ${attempts > 0 ? 'warn' : ''}`}>{attempts > 0 ? 'retrying' : 'waiting'}</span>
  );

import type { ReactNode } from 'react';
import type { Overview } from '../api/shapes';
import { age, compact, count, percent, toneOf } from '../ui/numbers';
import { duration } from '../ui/time';

interface TileProps {
  name: string;
  value: ReactNode;
  tone?: string;
  children?: ReactNode;
}

const Tile = ({ name, value, tone = '', children }: TileProps) => (
  <div className="tile">
    <dt>{name}</dt>
    <dd>
      <span className={`figure ${tone}`}>{value}</span>
      <span className="hint">{children}</span>
    </dd>
  </div>
);

/** The figures of the whole range, at a glance. */
export function Headline({ figures: { totals, successRate, latencyMs, backlog, from, to } }: { figures: Overview }) {
  const minutes = Math.max(1, (Math.min(Date.now(), Date.parse(to)) - Date.parse(from)) / 60_000);
  const { endToEnd, endpoint } = latencyMs;
  const oldest = backlog?.oldestWaitingSeconds ?? null;
  const waiting = backlog && backlog.waiting.due! + backlog.waiting.outbox!;
  return (
    <dl className="tiles">
      <Tile name="Accepted" value={count(totals.accepted)}>
        events, {compact(totals.accepted / minutes)} a minute
      </Tile>
      <Tile name="Delivered" value={count(totals.delivered)}>
        of {count(totals.matched)} made, {count(totals.attempts)} attempts
      </Tile>
      <Tile name="Failed" value={count(totals.failed)} tone={totals.failed > 0 ? 'bad' : ''}>
        given up or diverted
      </Tile>
      <Tile name="Success rate" value={percent(successRate)} tone={toneOf(successRate)}>
        of those that ended
      </Tile>
      <Tile name="End to end, p95" value={duration(endToEnd.p95)}>
        p50 {duration(endToEnd.p50)} · p99 {duration(endToEnd.p99)}
      </Tile>
      <Tile name="Endpoints, p95" value={duration(endpoint.p95)}>
        p50 {duration(endpoint.p50)} · p99 {duration(endpoint.p99)}
      </Tile>
      <Tile name="Waiting now" value={waiting === null ? '–' : count(waiting)}>
        {oldest === null ? 'nothing is overdue' : `oldest for ${age(oldest)}`}
      </Tile>
    </dl>
  );
}

import type { Attempt } from '../api/shapes';
import { duration } from '../ui/time';
import { phasesOf } from './phases-of';

/** Where the time of one request went, drawn to scale. */
export function Waterfall({ timings }: { timings: Attempt['timings'] }) {
  const phases = phasesOf(timings);
  const end = Math.max(1, ...phases.map(({ startMs, lengthMs }) => startMs + lengthMs));
  return (
    <ul className="waterfall" aria-label="Where the time went">
      {phases.map(({ name, startMs, lengthMs }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="bar">
            <span
              className={name.toLowerCase().replace(' ', '-')}
              style={{ marginLeft: `${(startMs / end) * 100}%`, width: `${(lengthMs / end) * 100}%` }}
            />
          </span>
          <span>{duration(lengthMs)}</span>
        </li>
      ))}
    </ul>
  );
}

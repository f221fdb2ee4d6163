import type { Attempt } from '../api/shapes';
import { duration } from '../ui/time';

type Timings = Attempt['timings'];

/** Each timing counts from the start of the request, so a phase lasts from the one before to its own. */
const PHASES = [
  ['dnsMs', 'DNS'],
  ['connectMs', 'Connect'],
  ['tlsMs', 'TLS'],
  ['firstByteMs', 'First byte'],
  ['totalMs', 'Body'],
] as const;

interface Phase {
  name: string;
  startMs: number;
  lengthMs: number;
}

/** The phases of a request in their order; one that did not happen (a kept connection has no DNS) is left out. */
function phasesOf(timings: Timings): Phase[] {
  let startMs = 0;
  return PHASES.flatMap(([key, name]) => {
    const endMs = timings[key];
    if (endMs === null) return [];
    const phase = { name, startMs, lengthMs: Math.max(0, endMs - startMs) };
    startMs = Math.max(startMs, endMs);
    return [phase];
  });
}

/** Where the time of one request went, drawn to scale. */
export function Waterfall({ timings }: { timings: Timings }) {
  const phases = phasesOf(timings);
  const total = Math.max(1, timings.totalMs ?? 0);
  return (
    <ul className="waterfall" aria-label="Where the time went">
      {phases.map(({ name, startMs, lengthMs }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="bar">
            <span
              className={name.toLowerCase().replace(' ', '-')}
              style={{ marginLeft: `${(startMs / total) * 100}%`, width: `${(lengthMs / total) * 100}%` }}
            />
          </span>
          <span>{duration(lengthMs)}</span>
        </li>
      ))}
    </ul>
  );
}

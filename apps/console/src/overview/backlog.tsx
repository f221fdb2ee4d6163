import { Link } from 'react-router';
import type { Overview } from '../api/shapes';
import { useSession } from '../session/session';
import { age, count } from '../ui/numbers';
import { Time } from '../ui/time';

type Figures = NonNullable<Overview['backlog']>;

/** The lanes as the API names them, in words, and where just what waits in one is listed: the first and the next two are all `pending`. */
const LANES: { lane: string; name: string; about: string; to?: string }[] = [
  { lane: 'due', name: 'Due', about: 'may be sent now' },
  { lane: 'sending', name: 'Sending', about: 'an attempt is under way', to: '/deliveries?state=sending' },
  { lane: 'scheduled', name: 'Scheduled', about: 'a retry is to come' },
  { lane: 'held', name: 'Held', about: 'until the subscription can go on' },
  { lane: 'outbox', name: 'Events', about: 'not fanned out yet' },
  { lane: 'replay', name: 'Replays', about: 'deliveries that they still have to look at' },
];

/** What waits, lane by lane, and for how long the oldest has. */
export function Backlog({ backlog }: { backlog: Figures | null }) {
  const isTenant = useSession().tenantId !== null;
  return (
    <section className="card" aria-label="Backlog">
      <h2>
        Backlog <span className="hint">{backlog && <Measured at={backlog.measuredAt} />}</span>
      </h2>
      {isTenant && (
        <p className="hint">
          <Link to="/deliveries?state=pending">All that are pending</Link>: due, scheduled and held.
        </p>
      )}
      {backlog ? (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">Waits</th>
              <th scope="col" className="number">
                How many
              </th>
              <th scope="col" className="number">
                Oldest for
              </th>
            </tr>
          </thead>
          <tbody>
            {LANES.map(({ lane, name, about, to }) => (
              <tr key={lane}>
                <th scope="row">
                  {to && isTenant ? <Link to={to}>{name}</Link> : name} <span className="hint">{about}</span>
                </th>
                <td className="number">{count(backlog.waiting[lane] ?? 0)}</td>
                <td className="number">{age(backlog.oldestSeconds[lane] ?? null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="state">Not measured yet, or too little beside that of other tenants to be kept.</p>
      )}
    </section>
  );
}

const Measured = ({ at }: { at: string }) => (
  <>
    measured <Time at={at} />
  </>
);

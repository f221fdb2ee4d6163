import { Link } from 'react-router';
import type { Overview } from '../api/shapes';
import { useMay, useSession } from '../session/session';
import { count } from '../ui/numbers';
import { useTenants } from './use-tenants';

/** The states that count as given up. */
const GIVEN_UP = 'failed,diverted,refused';

type Failing = Overview['worstSubscriptions'][number];

/** The subscriptions with most failed attempts, the worst first, each leading to itself and to what failed. */
export function FailingEndpoints({ items }: { items: Failing[] }) {
  const isOperator = useSession().tenantId === null;
  const most = Math.max(1, ...items.map(({ failedAttempts }) => failedAttempts));
  return (
    <section className="card" aria-label="Worst endpoints">
      <h2>Worst endpoints</h2>
      {items.length === 0 ? (
        <p className="state">No attempt failed in this time.</p>
      ) : (
        <div className="scrolls" role="region" aria-label="Worst endpoints, as a table" tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">Subscription</th>
                {isOperator && <th scope="col">Tenant</th>}
                <th scope="col" className="number">
                  Failed attempts
                </th>
                <th scope="col" className="number">
                  Given up
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <FailingRow key={item.subscriptionId} item={item} share={item.failedAttempts / most} isOperator={isOperator} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function FailingRow({ item, share, isOperator }: { item: Failing; share: number; isOperator: boolean }) {
  const mayRead = useMay('subscriptions:read') && !isOperator;
  const { tenants } = useTenants();
  const { subscriptionId, tenantId, name, host, failedAttempts, failed } = item;
  const shown = name ?? subscriptionId;
  return (
    <tr>
      <th scope="row">
        {mayRead && name !== null ? <Link to={`/subscriptions/${subscriptionId}`}>{shown}</Link> : shown}
        <span className="hint host">{host ?? 'no longer there'}</span>
      </th>
      {isOperator && <td>{tenants.find(({ id }) => id === tenantId)?.name ?? tenantId}</td>}
      <td className="number">
        {count(failedAttempts)}
        <span className="share" aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </span>
      </td>
      <td className="number">
        {count(failed)}
        {/* The number is of those that ended in this time; a list goes by when they were made, so it is of all. */}
        {!isOperator && failed > 0 && (
          <span className="hint host">
            <Link to={`/deliveries?subscription=${subscriptionId}&state=${GIVEN_UP}`}>all given up</Link>
          </span>
        )}
      </td>
    </tr>
  );
}

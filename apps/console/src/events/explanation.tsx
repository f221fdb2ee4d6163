import { useQuery } from '@tanstack/react-query';
import { api, ask } from '../api/client';
import type { Explained, Explanation as Found } from '../api/shapes';
import { Answer } from '../ui/answer';
import { MayLink } from '../ui/may-link';
import { Empty } from '../ui/states';

/** A table of subscriptions by verdicts: the first that did not pass says why an event was not delivered. */
export function Explanation({ eventId }: { eventId: string }) {
  const explained = useQuery({
    queryKey: ['events', eventId, 'explain'],
    queryFn: () => ask(api.GET('/v1/events/{id}/explain', { params: { path: { id: eventId } } })),
  });
  return (
    <Answer of={explained} what="the explanation">
      {(found) => <Verdicts {...found} />}
    </Answer>
  );
}

function Verdicts({ items, note }: Found) {
  if (items.length === 0) return <Empty>There is no subscription that could want it.</Empty>;
  return (
    <>
      {note && <p className="hint">{note}</p>}
      <VerdictTable items={items} />
    </>
  );
}

/** The checks of all rows, in the order in which they are made. */
const checksOf = (items: Explained[]): string[] => [...new Set(items.flatMap(({ verdicts }) => verdicts.map(({ check }) => check)))];

export function VerdictTable({ items }: { items: Explained[] }) {
  const checks = checksOf(items);
  return (
    <div className="sheet" role="region" aria-label="Verdicts" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Subscription</th>
            {checks.map((check) => (
              <th key={check} scope="col">
                {check}
              </th>
            ))}
            <th scope="col">Delivery</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.subscriptionId}>
              <th scope="row">
                <MayLink may="subscriptions:read" to={`/subscriptions/${item.subscriptionId}`}>
                  {item.subscriptionName}
                </MayLink>
              </th>
              {checks.map((check) => (
                <VerdictCell key={check} verdict={item.verdicts.find((one) => one.check === check)} />
              ))}
              <td>
                {item.delivery ? (
                  <MayLink may="deliveries:read" to={`/deliveries/${item.delivery.id}`}>
                    {item.delivery.state}
                  </MayLink>
                ) : item.matched ? (
                  'would be made'
                ) : (
                  'none'
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VerdictCell({ verdict }: { verdict: Explained['verdicts'][number] | undefined }) {
  if (!verdict) return <td className="none">not asked</td>;
  return (
    <td className="verdict">
      <span className={`mark ${verdict.passed ? 'good' : 'bad'}`}>{verdict.passed ? 'passed' : verdict.reason}</span>{' '}
      <span className="hint">{verdict.detail}</span>
    </td>
  );
}

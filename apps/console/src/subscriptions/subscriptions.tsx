import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { Subscription } from '../api/shapes';
import { useMay } from '../session/session';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { ListTable } from '../ui/list-table';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { subscriptionColumns, withHealth } from './subscription-columns';

const FILTERS = ['name', 'eventType', 'active', 'enabled', 'suspended'] as const;
const YES_NO = ['true', 'false'] as const;
const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'name', label: 'Name' },
  { name: 'eventType', label: 'Event type' },
  { name: 'active', label: 'Active', values: YES_NO },
  { name: 'enabled', label: 'Enabled', values: YES_NO },
  { name: 'suspended', label: 'Suspended', values: YES_NO },
];

/** All subscriptions, newest first, by the filters in the address, each with how its deliveries fare. */
export default function Subscriptions() {
  const { filters, setFilter } = useUrlFilters(FILTERS);
  const mayWrite = useMay('subscriptions:write');
  const mayRead = useMay('subscriptions:read');
  const pages = usePages<Subscription>(['subscriptions', filters], (cursor) =>
    ask(api.GET('/v1/subscriptions', { params: { query: { ...filters, cursor, limit: 100 } as never } })),
  );
  return (
    <>
      <h1>Subscriptions</h1>
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} />
      {mayWrite && (
        <p className="actions">
          <Link className="button" to="/subscriptions/new">
            New subscription
          </Link>
        </p>
      )}
      <ListTable
        label="subscriptions"
        pages={pages}
        columns={mayRead ? withHealth : subscriptionColumns}
        empty="No subscription fits these filters."
      />
    </>
  );
}

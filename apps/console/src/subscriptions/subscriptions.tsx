import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { operations } from '../api/schema';
import type { Subscription } from '../api/shapes';
import { useMay } from '../session/session';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
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

type Query = NonNullable<operations['SubscriptionsController_list']['parameters']['query']>;

/** The address has texts, the API yes and no. */
const queryOf = ({ active, enabled, suspended, ...texts }: Partial<Record<(typeof FILTERS)[number], string>>): Query => ({
  ...texts,
  ...(active ? { active: active === 'true' } : {}),
  ...(enabled ? { enabled: enabled === 'true' } : {}),
  ...(suspended ? { suspended: suspended === 'true' } : {}),
});

/** All subscriptions, newest first, by the filters in the address, each with how its deliveries fare. */
export default function Subscriptions() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const mayWrite = useMay('subscriptions:write');
  const mayRead = useMay('subscriptions:read');
  const pages = usePages<Subscription>(['subscriptions', filters], (page) =>
    ask(api.GET('/v1/subscriptions', { params: { query: { ...queryOf(filters), ...page } } })),
  );
  return (
    <>
      <Heading title="Subscriptions" />
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear} />
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

import { useState } from 'react';
import { api, ask } from '../api/client';
import type { operations } from '../api/schema';
import type { OutboundRequest } from '../api/shapes';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { ListTable } from '../ui/list-table';
import { LiveSwitch } from '../ui/live-switch';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { outboundColumns } from './outbound-columns';
import { OutboundDetail } from './outbound-detail';

const FILTERS = ['kind', 'state', 'subscription'] as const;
const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'kind', label: 'Kind', values: ['callback', 'hydration'] },
  { name: 'state', label: 'State', values: ['waiting', 'given_up'] },
  { name: 'subscription', label: 'Subscription' },
];
type Query = NonNullable<operations['OutboundRequestsController_list']['parameters']['query']>;

/** Kind and state are chosen, or stand in an address that somebody wrote; what is none is for the API to refuse. */
const queryOf = ({ kind, state, ...texts }: Partial<Record<(typeof FILTERS)[number], string>>): Query => ({
  ...texts,
  ...(kind ? { kind: kind as NonNullable<Query['kind']> } : {}),
  ...(state ? { state: state as NonNullable<Query['state']> } : {}),
});

const SHOWN = ['shown'] as const;
const LIVE_MS = 2_000;

/** Callbacks and fetches of resources that wait or were given up, newest first, by the filters in the address. */
export default function Outbound() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const {
    filters: { shown },
    setFilter: setShown,
  } = useUrlFilters(SHOWN);
  const [isLive, setLive] = useState(false);
  const pages = usePages<OutboundRequest>(
    ['outbound', filters],
    (page) => ask(api.GET('/v1/outbound-requests', { params: { query: { ...queryOf(filters), ...page } } })),
    isLive ? LIVE_MS : undefined,
  );
  const detail = pages.rows.find(({ id }) => id === shown);
  return (
    <>
      <Heading title="Outbound" />
      <p className="hint">Callbacks that tell of attempts, and resources that are fetched to be published. One that is done is not kept.</p>
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear}>
        <LiveSwitch isLive={isLive} setLive={setLive} />
      </FilterBar>
      {detail && <OutboundDetail request={detail} onClose={() => setShown('shown', '')} />}
      <ListTable
        label="outbound requests"
        pages={pages}
        columns={outboundColumns(shown, (id) => setShown('shown', id))}
        empty="No request waits or was given up that fits these filters."
      />
    </>
  );
}

import { useState } from 'react';
import { api, ask } from '../api/client';
import type { OutboundRequest } from '../api/shapes';
import { FilterBar, type FilterField } from '../ui/filter-bar';
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
const SHOWN = ['shown'] as const;
const LIVE_MS = 2_000;

/** Callbacks and fetches of resources that wait or were given up, newest first, by the filters in the address. */
export default function Outbound() {
  const { filters, setFilter } = useUrlFilters(FILTERS);
  const {
    filters: { shown },
    setFilter: setShown,
  } = useUrlFilters(SHOWN);
  const [isLive, setLive] = useState(false);
  const pages = usePages<OutboundRequest>(
    ['outbound', filters],
    (cursor) => ask(api.GET('/v1/outbound-requests', { params: { query: { ...filters, cursor, limit: 100 } as never } })),
    isLive ? LIVE_MS : undefined,
  );
  const detail = pages.rows.find(({ id }) => id === shown);
  return (
    <>
      <h1>Outbound</h1>
      <p className="hint">Callbacks that tell of attempts, and resources that are fetched to be published. One that is done is not kept.</p>
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter}>
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

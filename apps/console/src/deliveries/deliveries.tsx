import type { RowSelectionState } from '@tanstack/react-table';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { Delivery } from '../api/shapes';
import { useMay } from '../session/session';
import { withoutTicks } from '../ui/bulk';
import { FilterBar } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { LiveSwitch } from '../ui/live-switch';
import { ListTable } from '../ui/list-table';
import { tickColumn } from '../ui/tick-column';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { BulkResend } from './bulk-resend';
import { FIELDS, FILTERS } from './delivery-filters';
import { deliveryColumns } from './delivery-columns';

const LIVE_MS = 2_000;
const TICK = tickColumn<Delivery>('Delivery');

/** All deliveries, newest first, by the filters in the address; live where that is asked for. */
export default function Deliveries() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const [isLive, setLive] = useState(false);
  const [ticked, setTicked] = useState<RowSelectionState>({});
  const mayResend = useMay('deliveries:resend');
  const pages = usePages<Delivery>(
    ['deliveries', filters],
    (page) => ask(api.GET('/v1/deliveries', { params: { query: { ...filters, ...page } } })),
    isLive ? LIVE_MS : undefined,
  );
  return (
    <>
      <Heading title="Deliveries" />
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear}>
        <LiveSwitch isLive={isLive} setLive={setLive} />
      </FilterBar>
      {mayResend && (
        <BulkResend
          ticked={pages.rows.filter(({ id }) => ticked[id])}
          hasMore={pages.hasMore}
          untick={(ids) => setTicked(withoutTicks(ids))}
        />
      )}
      <ListTable
        label="deliveries"
        pages={pages}
        columns={mayResend ? [TICK, ...deliveryColumns] : deliveryColumns}
        empty="No delivery fits these filters."
        selection={mayResend ? { rows: ticked, onChange: setTicked } : undefined}
      />
    </>
  );
}

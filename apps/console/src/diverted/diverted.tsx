import type { RowSelectionState } from '@tanstack/react-table';
import { useState } from 'react';
import { api, ask } from '../api/client';
import type { Delivery } from '../api/shapes';
import { FIELDS as DELIVERY_FIELDS, FILTERS as DELIVERY_FILTERS } from '../deliveries/delivery-filters';
import { deliveryColumns } from '../deliveries/delivery-columns';
import { useMay } from '../session/session';
import { withoutTicks } from '../ui/bulk';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { ListTable } from '../ui/list-table';
import { tickColumn } from '../ui/tick-column';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { DivertedActions } from './diverted-actions';

/** All are diverted, so there is no filter by state. */
const FILTERS = DELIVERY_FILTERS.filter((name) => name !== 'state');
const FIELDS = DELIVERY_FIELDS.filter((field): field is FilterField<(typeof FILTERS)[number]> => field.name !== 'state');
const TICK = tickColumn<Delivery>('Diverted delivery');

/** Deliveries that were given up and kept for an operator to decide. */
export default function Diverted() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const [ticked, setTicked] = useState<RowSelectionState>({});
  const mayResend = useMay('diverted:resend');
  const mayDiscard = useMay('diverted:delete');
  const mayAct = mayResend || mayDiscard;
  const pages = usePages<Delivery>(['diverted', filters], (page) =>
    ask(api.GET('/v1/diverted', { params: { query: { ...filters, ...page } } })),
  );
  return (
    <>
      <Heading title="Diverted" />
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear} />
      {mayAct && (
        <DivertedActions
          ids={pages.rows.filter(({ id }) => ticked[id]).map(({ id }) => id)}
          mayResend={mayResend}
          mayDiscard={mayDiscard}
          hasMore={pages.hasMore}
          untick={(done) => setTicked(withoutTicks(done))}
        />
      )}
      <ListTable
        label="diverted deliveries"
        pages={pages}
        columns={mayAct ? [TICK, ...deliveryColumns] : deliveryColumns}
        empty="No diverted delivery fits these filters."
        selection={mayAct ? { rows: ticked, onChange: setTicked } : undefined}
      />
    </>
  );
}

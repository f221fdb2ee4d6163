import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { StoredEvent } from '../api/shapes';
import { useMay } from '../session/session';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { resourceOf } from './resource-of';

const FILTERS = ['id', 'type', 'topic', 'resourceType', 'resourceId', 'from', 'to'] as const;
const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'id', label: 'Id' },
  { name: 'type', label: 'Type' },
  { name: 'topic', label: 'Topic' },
  { name: 'resourceType', label: 'Resource type' },
  { name: 'resourceId', label: 'Resource id' },
  { name: 'from', label: 'From', isTime: true },
  { name: 'to', label: 'To', isTime: true },
];

const COLUMNS: Column<StoredEvent>[] = [
  {
    id: 'type',
    header: 'Type',
    cell: ({ row: { original } }) => (
      <MayLink may="events:read" to={`/events/${original.id}`}>
        {original.type}
      </MayLink>
    ),
  },
  { id: 'topic', header: 'Topic', cell: ({ row }) => row.original.topic ?? '–' },
  { id: 'resource', header: 'Resource', cell: ({ row }) => resourceOf(row.original) },
  { id: 'app', header: 'App', cell: ({ row }) => row.original.app ?? '–' },
  { id: 'id', header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> },
  { id: 'accepted', header: 'Accepted', cell: ({ row }) => <Time at={row.original.acceptedAt} /> },
];

/** All events, newest first, by the filters in the address. */
export default function Events() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const pages = usePages<StoredEvent>(['events', filters], (page) =>
    ask(api.GET('/v1/events', { params: { query: { ...filters, ...page } } })),
  );
  const mayPublish = useMay('events:publish');
  return (
    <>
      <Heading title="Events" />
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear} />
      {mayPublish && (
        <p className="actions">
          <Link className="button" to="/events/publish">
            Publish a test event
          </Link>
        </p>
      )}
      <ListTable label="events" pages={pages} columns={COLUMNS} empty="No event fits these filters." />
    </>
  );
}

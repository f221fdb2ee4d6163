import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { operations } from '../api/schema';
import type { AuditEntry } from '../api/shapes';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { Time } from '../ui/time';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';

const FILTERS = ['action', 'actor', 'object', 'from', 'to', 'tenantId'] as const;
const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'action', label: 'Action' },
  { name: 'actor', label: 'Key' },
  { name: 'object', label: 'Object' },
  { name: 'from', label: 'From', isTime: true },
  { name: 'to', label: 'To', isTime: true },
];

type Query = NonNullable<operations['AuditController_list']['parameters']['query']>;

/** An action is typed by hand; what is none is for the API to refuse. */
const queryOf = ({ action, ...texts }: Partial<Record<(typeof FILTERS)[number], string>>): Query => ({
  ...texts,
  ...(action ? { action: action as NonNullable<Query['action']> } : {}),
});

/** Where an object has a screen of its own, by the beginning of its id. */
const SCREENS = [
  ['sub_', 'subscriptions'],
  ['dlv_', 'deliveries'],
  ['rpl_', 'replays'],
] as const;

const COLUMNS: Column<AuditEntry>[] = [
  { id: 'at', header: 'When', cell: ({ row }) => <Time at={row.original.at} /> },
  { id: 'action', header: 'Action', cell: ({ row }) => row.original.action },
  { id: 'object', header: 'Object', cell: ({ row }) => <ObjectLink id={row.original.object} /> },
  {
    id: 'actor',
    header: 'By',
    cell: ({ row: { original } }) => <span title={original.actor.keyId ?? undefined}>{original.actor.name}</span>,
  },
  { id: 'changed', header: 'Changed', cell: ({ row }) => row.original.changed.join(', ') || '–' },
  { id: 'ip', header: 'From', cell: ({ row }) => row.original.ip ?? '–' },
];

const ObjectLink = ({ id }: { id: string }) => {
  const screen = SCREENS.find(([prefix]) => id.startsWith(prefix))?.[1];
  return screen ? <Link to={`/${screen}/${id}`}>{id}</Link> : <code>{id}</code>;
};

/** Who did what to what, newest first. */
export default function Audit() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const pages = usePages<AuditEntry>(['audit', filters], (page) =>
    ask(api.GET('/v1/audit', { params: { query: { ...queryOf(filters), ...page } } })),
  );
  return (
    <>
      <Heading title="Audit" />
      <FilterBar fields={FIELDS} filters={filters} setFilter={setFilter} clear={clear} />
      <ListTable label="audit entries" pages={pages} columns={COLUMNS} empty="No entry fits these filters." />
    </>
  );
}

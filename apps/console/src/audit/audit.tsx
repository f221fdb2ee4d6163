import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { operations } from '../api/schema';
import type { AuditEntry } from '../api/shapes';
import { useSession } from '../session/session';
import { FilterBar, type FilterField } from '../ui/filter-bar';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';
import { useUrlFilters } from '../ui/url-filters';
import { usePages } from '../ui/use-pages';
import { ACTIONS } from './actions';
import { placeOf } from './place-of';

const FILTERS = ['action', 'actor', 'object', 'from', 'to', 'tenantId'] as const;
const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'action', label: 'Action', values: ACTIONS },
  { name: 'actor', label: 'Key' },
  { name: 'object', label: 'Object' },
  { name: 'from', label: 'From', isTime: true },
  { name: 'to', label: 'To', isTime: true },
];
/** An operator sees the log of all tenants, or of one. */
const FIELDS_OF_ALL = [...FIELDS, { name: 'tenantId', label: 'Tenant' }] as const;

type Query = NonNullable<operations['AuditController_list']['parameters']['query']>;

/** An action may come from an address written by hand; what is none is for the API to refuse. */
const queryOf = ({ action, ...texts }: Partial<Record<(typeof FILTERS)[number], string>>): Query => ({
  ...texts,
  ...(action ? { action: action as NonNullable<Query['action']> } : {}),
});

const whatAndWho: Column<AuditEntry>[] = [
  { id: 'at', header: 'When', cell: ({ row }) => <Time at={row.original.at} /> },
  { id: 'action', header: 'Action', cell: ({ row }) => row.original.action },
  { id: 'object', header: 'Object', cell: ({ row }) => <ObjectLink entry={row.original} /> },
  { id: 'actor', header: 'By', cell: ({ row }) => <Actor of={row.original} /> },
];

const tenantColumn: Column<AuditEntry> = {
  id: 'tenant',
  header: 'Tenant',
  cell: ({ row: { original } }) =>
    original.tenantId ? (
      <MayLink may="tenants:read" to={`/tenants/${original.tenantId}`}>
        {original.tenantId}
      </MayLink>
    ) : (
      'operator'
    ),
};

const rest: Column<AuditEntry>[] = [
  { id: 'changed', header: 'Changed', cell: ({ row }) => row.original.changed.join(', ') || '–' },
  { id: 'ip', header: 'From', cell: ({ row }) => row.original.ip ?? '–' },
  { id: 'request', header: 'Request', cell: ({ row }) => <code>{row.original.requestId ?? '–'}</code> },
];

const COLUMNS = [...whatAndWho, ...rest];
const COLUMNS_OF_ALL = [...whatAndWho, tenantColumn, ...rest];

function ObjectLink({ entry: { object, action } }: { entry: AuditEntry }) {
  const place = placeOf(object, action, useSession().tenantId === null);
  if (!place) return <code>{object}</code>;
  return (
    <MayLink may={place.may} to={place.to}>
      {object}
    </MayLink>
  );
}

/** Who did it, leading to all that this key has done. */
const Actor = ({ of: { actor } }: { of: AuditEntry }) =>
  actor.keyId ? (
    <Link to={`/audit?actor=${actor.keyId}`} title={actor.keyId}>
      {actor.name}
    </Link>
  ) : (
    actor.name
  );

/** Who did what to what, newest first. */
export default function Audit() {
  const { filters, setFilter, clear } = useUrlFilters(FILTERS);
  const isOperator = useSession().tenantId === null;
  const pages = usePages<AuditEntry>(['audit', filters], (page) =>
    ask(api.GET('/v1/audit', { params: { query: { ...queryOf(filters), ...page } } })),
  );
  return (
    <>
      <Heading title="Audit" />
      <FilterBar fields={isOperator ? FIELDS_OF_ALL : FIELDS} filters={filters} setFilter={setFilter} clear={clear} />
      <ListTable label="audit entries" pages={pages} columns={isOperator ? COLUMNS_OF_ALL : COLUMNS} empty="No entry fits these filters." />
    </>
  );
}

import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { Tenant } from '../api/shapes';
import { useMay } from '../session/session';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { Time } from '../ui/time';
import { usePages } from '../ui/use-pages';
import { CreateTenant } from './create-tenant';

const columns = (mayRead: boolean): Column<Tenant>[] => [
  {
    id: 'name',
    header: 'Name',
    cell: ({ row: { original } }) => (mayRead ? <Link to={`/tenants/${original.id}`}>{original.name}</Link> : original.name),
  },
  { id: 'slug', header: 'Slug', cell: ({ row }) => <code>{row.original.slug}</code> },
  { id: 'id', header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> },
  { id: 'created', header: 'Made', cell: ({ row }) => <Time at={row.original.createdAt} /> },
  { id: 'keys', header: 'Keys', cell: ({ row }) => <Link to={`/keys?tenantId=${row.original.id}`}>its keys</Link> },
  { id: 'audit', header: 'Audit', cell: ({ row }) => <Link to={`/audit?tenantId=${row.original.id}`}>what was done</Link> },
];

/** All tenants, newest first. For operators. */
export default function Tenants() {
  const mayWrite = useMay('tenants:write');
  const mayRead = useMay('tenants:read');
  const pages = usePages<Tenant>(['tenants'], (page) => ask(api.GET('/v1/tenants', { params: { query: page } })));
  return (
    <>
      <Heading title="Tenants" />
      {mayWrite && <CreateTenant />}
      <ListTable label="tenants" pages={pages} columns={columns(mayRead)} empty="There is no tenant yet." />
    </>
  );
}

import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { Tenant } from '../api/shapes';
import { useMay } from '../session/session';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';
import { usePages } from '../ui/use-pages';
import { CreateTenant } from './create-tenant';

const columns: Column<Tenant>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ row: { original } }) => (
      <MayLink may="tenants:read" to={`/tenants/${original.id}`}>
        {original.name}
      </MayLink>
    ),
  },
  { id: 'slug', header: 'Slug', cell: ({ row }) => <code>{row.original.slug}</code> },
  { id: 'id', header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> },
  { id: 'created', header: 'Made', cell: ({ row }) => <Time at={row.original.createdAt} /> },
];

const keysColumn: Column<Tenant> = {
  id: 'keys',
  header: 'Keys',
  cell: ({ row }) => <Link to={`/keys?tenantId=${row.original.id}`}>its keys</Link>,
};

const auditColumn: Column<Tenant> = {
  id: 'audit',
  header: 'Audit',
  cell: ({ row }) => <Link to={`/audit?tenantId=${row.original.id}`}>what was done</Link>,
};

/** All tenants, oldest first. For operators. */
export default function Tenants() {
  const mayWrite = useMay('tenants:write');
  const mayKeys = useMay('keys:list');
  const mayAudit = useMay('audit:list');
  const pages = usePages<Tenant>(['tenants'], (page) => ask(api.GET('/v1/tenants', { params: { query: page } })));
  return (
    <>
      <Heading title="Tenants" />
      {mayWrite && <CreateTenant />}
      <ListTable
        label="tenants"
        pages={pages}
        columns={[...columns, ...(mayKeys ? [keysColumn] : []), ...(mayAudit ? [auditColumn] : [])]}
        empty="There is no tenant yet."
      />
    </>
  );
}

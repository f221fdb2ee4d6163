import { api, ask } from '../api/client';
import type { App } from '../api/shapes';
import { useMay } from '../session/session';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { Time } from '../ui/time';
import { usePages } from '../ui/use-pages';
import { CreateApp } from './create-app';

const COLUMNS: Column<App>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ row: { original } }) => (
      <MayLink may="apps:read" to={`/catalog/${original.id}`}>
        {original.name}
      </MayLink>
    ),
  },
  { id: 'id', header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> },
  { id: 'permissions', header: 'Asks of subscribers', cell: ({ row }) => row.original.permissions.join(', ') || 'nothing' },
  { id: 'created', header: 'Registered', cell: ({ row }) => <Time at={row.original.createdAt} /> },
];

/** The apps that publish, oldest first; each leads to what it publishes. */
export default function Apps() {
  const mayWrite = useMay('apps:write');
  const pages = usePages<App>(['apps'], (page) => ask(api.GET('/v1/apps', { params: { query: page } })));
  return (
    <>
      <Heading title="Catalog" />
      {mayWrite && <CreateApp />}
      <ListTable label="apps" pages={pages} columns={COLUMNS} empty="No app is registered." />
    </>
  );
}

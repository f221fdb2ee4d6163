import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { App } from '../api/shapes';
import { useMay } from '../session/session';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { Time } from '../ui/time';
import { usePages } from '../ui/use-pages';
import { CreateApp } from './create-app';

const COLUMNS: Column<App>[] = [
  { id: 'name', header: 'Name', cell: ({ row }) => <Link to={`/catalog/${row.original.id}`}>{row.original.name}</Link> },
  { id: 'id', header: 'Id', cell: ({ row }) => <code>{row.original.id}</code> },
  { id: 'permissions', header: 'Asks of subscribers', cell: ({ row }) => row.original.permissions.join(', ') || 'nothing' },
  { id: 'created', header: 'Registered', cell: ({ row }) => <Time at={row.original.createdAt} /> },
];

/** The apps that publish, newest first; each leads to what it publishes. */
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

import { Link } from 'react-router';
import { api, ask } from '../api/client';
import type { Replay } from '../api/shapes';
import { Heading } from '../ui/heading';
import { type Column, ListTable } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { shortId } from '../ui/short-id';
import { Time } from '../ui/time';
import { usePages } from '../ui/use-pages';
import { Progress } from './progress';
import { ReplayMark } from './replay-mark';

const LIVE_MS = 3_000;

const COLUMNS: Column<Replay>[] = [
  { id: 'state', header: 'State', cell: ({ row }) => <ReplayMark state={row.original.state} /> },
  { id: 'id', header: 'Replay', cell: ({ row }) => <Link to={`/replays/${row.original.id}`}>{shortId(row.original.id)}</Link> },
  { id: 'mode', header: 'Of', cell: ({ row }) => row.original.mode },
  { id: 'progress', header: 'Progress', cell: ({ row }) => <Progress replay={row.original} /> },
  {
    id: 'subscription',
    header: 'Subscription',
    cell: ({ row: { original } }) =>
      original.subscriptionId ? (
        <MayLink may="subscriptions:read" to={`/subscriptions/${original.subscriptionId}`}>
          {shortId(original.subscriptionId)}
        </MayLink>
      ) : (
        'all'
      ),
  },
  { id: 'from', header: 'From', cell: ({ row }) => <Time at={row.original.from} /> },
  { id: 'to', header: 'To', cell: ({ row }) => <Time at={row.original.to} /> },
  { id: 'created', header: 'Asked for', cell: ({ row }) => <Time at={row.original.createdAt} /> },
];

/** All replays, newest first, as they go on. */
export default function Replays() {
  const pages = usePages<Replay>(['replays'], (page) => ask(api.GET('/v1/replays', { params: { query: page } })), LIVE_MS);
  return (
    <>
      <Heading title="Replays" />
      <p className="actions">
        <Link className="button" to="/replays/new">
          New replay
        </Link>
      </p>
      <ListTable label="replays" pages={pages} columns={COLUMNS} empty="Nothing was replayed yet." />
    </>
  );
}

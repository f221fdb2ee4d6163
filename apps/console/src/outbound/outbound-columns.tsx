import type { OutboundRequest } from '../api/shapes';
import { Cut } from '../ui/cut';
import type { Column } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { shortId } from '../ui/short-id';
import { Time } from '../ui/time';
import { OutboundMark } from './outbound-mark';

/** What a request is about, in a few words. */
export const aboutOf = ({ kind, eventType, resourceType, resourceId, attemptNumber }: OutboundRequest): string =>
  kind === 'callback' ? `tells of attempt ${attemptNumber}` : `${eventType}: fetches ${resourceType} ${resourceId}`;

/** `shown`: the request whose details are open. */
export const outboundColumns = (shown: string | undefined, show: (id: string) => void): Column<OutboundRequest>[] => [
  { id: 'state', header: 'State', cell: ({ row }) => <OutboundMark request={row.original} /> },
  { id: 'kind', header: 'Kind', cell: ({ row }) => row.original.kind },
  {
    id: 'about',
    header: 'About',
    cell: ({ row: { original } }) => (
      <button
        type="button"
        className="link"
        aria-expanded={original.id === shown}
        onClick={() => show(original.id === shown ? '' : original.id)}
      >
        <Cut text={aboutOf(original)} />
      </button>
    ),
  },
  {
    id: 'subscription',
    header: 'Subscription',
    cell: ({ row: { original } }) => (
      <MayLink may="subscriptions:read" to={`/subscriptions/${original.subscriptionId}`}>
        {shortId(original.subscriptionId)}
      </MayLink>
    ),
  },
  { id: 'attempts', header: 'Attempts', cell: ({ row }) => row.original.attempts },
  { id: 'error', header: 'Last error', cell: ({ row }) => <Cut text={row.original.lastError ?? '–'} /> },
  { id: 'next', header: 'Next attempt', cell: ({ row }) => <Time at={row.original.nextAttemptAt} /> },
  { id: 'created', header: 'Created', cell: ({ row }) => <Time at={row.original.createdAt} /> },
];

import type { Delivery } from '../api/shapes';
import type { Column } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { shortId } from '../ui/short-id';
import { Time } from '../ui/time';
import { StateMark } from './state-mark';

export const deliveryColumns: Column<Delivery>[] = [
  { id: 'state', header: 'State', cell: ({ row }) => <StateMark delivery={row.original} /> },
  {
    id: 'type',
    header: 'Event type',
    cell: ({ row: { original } }) => (
      <MayLink may="deliveries:read" to={`/deliveries/${original.id}`}>
        {original.eventType}
      </MayLink>
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
  {
    id: 'event',
    header: 'Event',
    cell: ({ row: { original } }) => (
      <MayLink may="events:read" to={`/events/${original.eventId}`}>
        {shortId(original.eventId)}
      </MayLink>
    ),
  },
  { id: 'answer', header: 'Last answer', cell: ({ row }) => row.original.lastStatus ?? row.original.lastError ?? '–' },
  { id: 'attempts', header: 'Attempts', cell: ({ row }) => row.original.attemptCount },
  { id: 'created', header: 'Created', cell: ({ row }) => <Time at={row.original.createdAt} /> },
  { id: 'next', header: 'Next attempt', cell: ({ row }) => <Time at={row.original.nextAttemptAt} /> },
];

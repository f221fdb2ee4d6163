import { Link } from 'react-router';
import type { Delivery } from '../api/shapes';
import type { Column } from '../ui/list-table';
import { shortId } from '../ui/short-id';
import { Time } from '../ui/time';
import { StateMark } from './state-mark';

export const deliveryColumns: Column<Delivery>[] = [
  { id: 'state', header: 'State', cell: ({ row }) => <StateMark delivery={row.original} /> },
  { id: 'type', header: 'Event type', cell: ({ row }) => <Link to={`/deliveries/${row.original.id}`}>{row.original.eventType}</Link> },
  {
    id: 'subscription',
    header: 'Subscription',
    cell: ({ row }) => <Link to={`/subscriptions/${row.original.subscriptionId}`}>{shortId(row.original.subscriptionId)}</Link>,
  },
  { id: 'event', header: 'Event', cell: ({ row }) => <Link to={`/events/${row.original.eventId}`}>{shortId(row.original.eventId)}</Link> },
  { id: 'answer', header: 'Last answer', cell: ({ row }) => row.original.lastStatus ?? row.original.lastError ?? '–' },
  { id: 'attempts', header: 'Attempts', cell: ({ row }) => row.original.attemptCount },
  { id: 'created', header: 'Created', cell: ({ row }) => <Time at={row.original.createdAt} /> },
  { id: 'next', header: 'Next attempt', cell: ({ row }) => <Time at={row.original.nextAttemptAt} /> },
];

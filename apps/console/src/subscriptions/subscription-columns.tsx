import type { Subscription } from '../api/shapes';
import { Cut } from '../ui/cut';
import type { Column } from '../ui/list-table';
import { MayLink } from '../ui/may-link';
import { plainName } from '../ui/plain-name';
import { Time } from '../ui/time';
import { ActivityMark } from './activity-mark';
import { HealthMark } from './health-mark';
import { Sparkline } from './sparkline';

const nameAndState: Column<Subscription>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: ({ row: { original } }) => (
      <MayLink may="subscriptions:read" to={`/subscriptions/${original.id}`}>
        {plainName(original.name)}
      </MayLink>
    ),
  },
  { id: 'state', header: 'State', cell: ({ row }) => <ActivityMark subscription={row.original} /> },
];

const rest: Column<Subscription>[] = [
  { id: 'types', header: 'Event types', cell: ({ row }) => <Cut text={row.original.eventTypes?.join(', ') || '–'} /> },
  { id: 'url', header: 'Url', cell: ({ row }) => <Cut text={`${row.original.method} ${row.original.url}`} /> },
  { id: 'changed', header: 'Changed', cell: ({ row }) => <Time at={row.original.version.modified} /> },
];

export const subscriptionColumns = [...nameAndState, ...rest];

/** For keys that may read how deliveries fare. */
export const withHealth: Column<Subscription>[] = [
  ...nameAndState,
  { id: 'health', header: 'Last 24 h', cell: ({ row }) => <HealthMark id={row.original.id} /> },
  { id: 'trend', header: 'Trend', cell: ({ row }) => <Sparkline id={row.original.id} /> },
  ...rest,
];

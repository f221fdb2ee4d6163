import type { FilterField } from '../ui/filter-bar';

/** The filters of the list, as the API names them. */
export const FILTERS = ['state', 'eventType', 'subscription', 'statusClass', 'error', 'resourceType', 'resourceId', 'from', 'to'] as const;

export const FIELDS: FilterField<(typeof FILTERS)[number]>[] = [
  { name: 'state', label: 'State', values: ['pending', 'sending', 'delivered', 'failed', 'diverted', 'refused', 'cancelled'] },
  { name: 'statusClass', label: 'Answer', values: ['2xx', '3xx', '4xx', '5xx'] },
  { name: 'eventType', label: 'Event type' },
  { name: 'subscription', label: 'Subscription' },
  { name: 'error', label: 'Error' },
  { name: 'resourceType', label: 'Resource type' },
  { name: 'resourceId', label: 'Resource id' },
  { name: 'from', label: 'From', isTime: true },
  { name: 'to', label: 'To', isTime: true },
];

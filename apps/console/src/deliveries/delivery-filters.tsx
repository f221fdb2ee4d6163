/** The filters of the list, as the API names them. */
export const FILTERS = ['state', 'eventType', 'subscription', 'statusClass', 'error', 'resourceType', 'resourceId', 'from', 'to'] as const;
type Filter = (typeof FILTERS)[number];

const STATES = ['pending', 'sending', 'delivered', 'failed', 'diverted', 'refused', 'cancelled'];
const CLASSES = ['2xx', '3xx', '4xx', '5xx'];
const TEXTS: [Filter, string][] = [
  ['eventType', 'Event type'],
  ['subscription', 'Subscription'],
  ['error', 'Error'],
  ['resourceType', 'Resource type'],
  ['resourceId', 'Resource id'],
];

interface Props {
  filters: Partial<Record<Filter, string>>;
  setFilter: (name: Filter, value: string) => void;
  isLive: boolean;
  setLive: (isLive: boolean) => void;
}

/** A text counts when it is left or entered: a list is not asked for at every letter. */
export function DeliveryFilters({ filters, setFilter, isLive, setLive }: Props) {
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <Choice name="state" label="State" values={STATES} {...{ filters, setFilter }} />
      <Choice name="statusClass" label="Answer" values={CLASSES} {...{ filters, setFilter }} />
      {TEXTS.map(([name, label]) => (
        <label key={name}>
          {label}
          <input
            key={filters[name] ?? ''}
            defaultValue={filters[name] ?? ''}
            onBlur={({ target }) => setFilter(name, target.value.trim())}
            onKeyDown={({ key, currentTarget }) => key === 'Enter' && setFilter(name, currentTarget.value.trim())}
          />
        </label>
      ))}
      <label className="tick">
        <input type="checkbox" checked={isLive} onChange={({ target }) => setLive(target.checked)} />
        Live
      </label>
    </form>
  );
}

function Choice({
  name,
  label,
  values,
  filters,
  setFilter,
}: Pick<Props, 'filters' | 'setFilter'> & { name: Filter; label: string; values: string[] }) {
  return (
    <label>
      {label}
      <select value={filters[name] ?? ''} onChange={({ target }) => setFilter(name, target.value)}>
        <option value="">any</option>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
}

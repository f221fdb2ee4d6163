import type { ReactNode } from 'react';
import { fromLocalInput, toLocalInput } from './local-time';

/** One filter of a list: a text, a choice between `values`, or a moment. */
export interface FilterField<Name extends string> {
  name: Name;
  label: string;
  values?: readonly string[];
  /** A moment: as ISO 8601 in the filter, in the reader's own time zone in the control. */
  isTime?: boolean;
}

interface Props<Name extends string> {
  fields: readonly FilterField<Name>[];
  filters: Partial<Record<Name, string>>;
  setFilter: (name: Name, value: string) => void;
  children?: ReactNode;
}

/** The filters above a list. A text counts when it is left or entered: a list is not asked for at every letter. */
export function FilterBar<Name extends string>({ fields, filters, setFilter, children }: Props<Name>) {
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {fields.map(({ name, label, values, isTime }) => (
        <label key={name}>
          {label}
          {values ? (
            <select value={filters[name] ?? ''} onChange={({ target }) => setFilter(name, target.value)}>
              <option value="">any</option>
              {values.map((value) => (
                <option key={value}>{value}</option>
              ))}
            </select>
          ) : isTime ? (
            <TimeInput key={filters[name] ?? ''} value={filters[name] ?? ''} onChange={(value) => setFilter(name, value)} />
          ) : (
            <input
              key={filters[name] ?? ''}
              defaultValue={filters[name] ?? ''}
              onBlur={({ target }) => setFilter(name, target.value.trim())}
              onKeyDown={({ key, currentTarget }) => key === 'Enter' && setFilter(name, currentTarget.value.trim())}
            />
          )}
        </label>
      ))}
      {children}
    </form>
  );
}

/** It counts when it is left or entered, like a text: half a date is none. */
function TimeInput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const shown = toLocalInput(value);
  const settle = (input: HTMLInputElement): void => {
    if (input.value !== shown) onChange(fromLocalInput(input.value) ?? '');
  };
  return (
    <input
      type="datetime-local"
      step={1}
      defaultValue={shown}
      onBlur={({ target }) => settle(target)}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && settle(currentTarget)}
    />
  );
}

import type { ReactNode } from 'react';

/** One filter of a list: a text, or a choice between `values`. */
export interface FilterField<Name extends string> {
  name: Name;
  label: string;
  values?: readonly string[];
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
      {fields.map(({ name, label, values }) => (
        <label key={name}>
          {label}
          {values ? (
            <select value={filters[name] ?? ''} onChange={({ target }) => setFilter(name, target.value)}>
              <option value="">any</option>
              {values.map((value) => (
                <option key={value}>{value}</option>
              ))}
            </select>
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

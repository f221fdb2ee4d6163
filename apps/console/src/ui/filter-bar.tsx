import { type ReactNode, useState } from 'react';

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
            <TextFilter value={filters[name] ?? ''} onSettle={(value) => setFilter(name, value)} />
          )}
        </label>
      ))}
      {children}
    </form>
  );
}

/** What is typed counts once it is entered or left; what the address says meanwhile takes its place. The field stays the same, and keeps the focus. */
function TextFilter({ value, onSettle }: { value: string; onSettle: (value: string) => void }) {
  const [typed, setTyped] = useState({ over: value, text: value });
  const text = typed.over === value ? typed.text : value;
  const settle = (): void => {
    if (text.trim() !== value) onSettle(text.trim());
  };
  return (
    <input
      value={text}
      onChange={({ target }) => setTyped({ over: value, text: target.value })}
      onBlur={settle}
      onKeyDown={({ key }) => key === 'Enter' && settle()}
    />
  );
}

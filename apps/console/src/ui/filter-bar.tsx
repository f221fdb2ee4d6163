import { type ReactNode, useState } from 'react';
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
  /** Takes all of them away. */
  clear?: () => void;
  children?: ReactNode;
}

/** The filters above a list. A text counts when it is left or entered: a list is not asked for at every letter. */
export function FilterBar<Name extends string>({ fields, filters, setFilter, clear, children }: Props<Name>) {
  return (
    <form className="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      {fields.map(({ name, label, values, isTime }) => (
        <label key={name} className={isTime ? 'moment' : undefined}>
          {label}
          {values ? (
            <select value={filters[name] ?? ''} onChange={({ target }) => setFilter(name, target.value)}>
              <option value="">any</option>
              {optionsOf(values, filters[name]).map((value) => (
                <option key={value}>{value}</option>
              ))}
            </select>
          ) : (
            <TextFilter isTime={isTime ?? false} value={filters[name] ?? ''} onSettle={(value) => setFilter(name, value)} />
          )}
        </label>
      ))}
      {children}
      {clear && Object.keys(filters).length > 0 && (
        <button type="button" onClick={clear}>
          Clear filters
        </button>
      )}
    </form>
  );
}

/** What the address asks for is shown, even where it is more than one can choose here, as several states at once. */
const optionsOf = (values: readonly string[], chosen: string | undefined): readonly string[] =>
  chosen === undefined || values.includes(chosen) ? values : [...values, chosen];

interface TextFilterProps {
  value: string;
  isTime: boolean;
  onSettle: (value: string) => void;
}

/** What is typed counts once it is entered or left; what the address says meanwhile takes its place. The field stays the same, and keeps the focus. */
function TextFilter({ value, isTime, onSettle }: TextFilterProps) {
  const shown = isTime ? toLocalInput(value) : value;
  const [typed, setTyped] = useState({ over: shown, text: shown });
  // At once, and for good: what was typed before is not to come back when the filter is taken away.
  if (typed.over !== shown) setTyped({ over: shown, text: shown });
  const { text } = typed;
  const settle = (): void => {
    if (text.trim() !== shown) onSettle(isTime ? (fromLocalInput(text) ?? '') : text.trim());
  };
  return (
    <input
      {...(isTime ? { type: 'datetime-local', step: 1 } : {})}
      value={text}
      onChange={({ target }) => setTyped({ over: shown, text: target.value })}
      onBlur={settle}
      onKeyDown={({ key }) => key === 'Enter' && settle()}
    />
  );
}

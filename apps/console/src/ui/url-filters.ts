import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * A screen's filters, kept in its address so that it can be sent to a colleague. Empty values are left out.
 * `names`: those that the screen knows; whatever else stands in the address is left alone.
 */
export function useUrlFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(
    () =>
      Object.fromEntries(names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []))) as Partial<Record<Name, string>>,
    [names, params],
  );
  const change = useCallback(
    (edit: (params: URLSearchParams) => void) => {
      // From the address itself: of two changes before the next drawing the second would not know the first.
      const after = new URLSearchParams(window.location.search);
      edit(after);
      setParams(after, { replace: true });
    },
    [setParams],
  );
  const setFilter = useCallback(
    (name: Name, value: string) => change((after) => (value === '' ? after.delete(name) : after.set(name, value))),
    [change],
  );
  const clear = useCallback(
    () =>
      change((after) => {
        for (const name of names) after.delete(name);
      }),
    [change, names],
  );
  return { filters, setFilter, clear };
}

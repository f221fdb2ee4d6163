import type { ReactNode } from 'react';
import { ErrorNote, Loading } from './states';

interface Props<Data> {
  of: { data: Data | undefined; error: Error | null; refetch: () => unknown };
  /** What is read, as in "Loading the event". */
  what: string;
  children: (data: Data) => ReactNode;
}

/**
 * What was read. Why it could not be stands alone only while there is nothing to show: later it is a note above what is there, for somebody
 * may be typing in it.
 */
export function Answer<Data>({ of: { data, error, refetch }, what, children }: Props<Data>) {
  const note = error && <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return note ?? <Loading what={what} />;
  return (
    <>
      {note}
      {children(data)}
    </>
  );
}

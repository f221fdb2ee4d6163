import { queries } from '../api/queries';

/** Reads anew what an expunge has touched, but no explanation: of an event that is gone it would be refused, and its place on the screen goes, too. */
export const refreshExpunged = (): Promise<void> =>
  queries.invalidateQueries({
    predicate: ({ queryKey: [what, , part] }) => what === 'deliveries' || (what === 'events' && part !== 'explain'),
  });

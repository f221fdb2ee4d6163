import { queries } from '../api/queries';

/**
 * Reads anew what an expunge has touched: events first, so that nobody asks any more for the explanation of one that is gone, which would be
 * refused; then all else.
 */
export async function refreshExpunged(): Promise<void> {
  await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'events' && queryKey[2] !== 'explain' });
  await Promise.all([['events'], ['deliveries']].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

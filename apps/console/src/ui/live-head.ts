/** One page of a list of the API. */
export interface Page<Row> {
  items: Row[];
  nextCursor: string | null;
  /** How far back a list that looks through so many rows at a time has looked, where it has not found a page full; null or left out: to its end. */
  searchedTo?: string | null;
}

/** Pages read so far, as the query client keeps them. */
export interface ReadPages<Row> {
  pages: Page<Row>[];
  pageParams: (string | undefined)[];
}

/** So many rows are kept of a list that is watched; beyond that it begins anew with its newest. */
export const MOST_ROWS = 5_000;

/**
 * A list, newest first, with what a new reading of its first page tells: rows that are new come first, known ones are as they are now, and
 * those that no longer belong among the newest go. A gap between the two cannot be filled, so the list begins anew; so it does
 * where the first page tells only how far it has looked, which its rows do not show.
 * Ids sort as the rows do.
 */
export function withHead<Row extends { id: string }>(known: ReadPages<Row>, head: Page<Row>): ReadPages<Row> {
  const anew = { pages: [head], pageParams: [undefined] };
  const rows = known.pages.flatMap(({ items }) => items);
  const oldest = head.items.at(-1)?.id;
  if (head.nextCursor === null || head.searchedTo || oldest === undefined || rows.length === 0) return anew;
  const fresh = new Map(head.items.map((row) => [row.id, row]));
  if (rows.length > MOST_ROWS || !rows.some(({ id }) => id >= oldest)) return anew;
  const seen = new Set(rows.map(({ id }) => id));
  const pages = known.pages.map(({ items, ...page }) => ({
    ...page,
    items: items.flatMap((row) => (row.id < oldest ? [row] : (fresh.get(row.id) ?? []))),
  }));
  const [first, ...rest] = pages;
  return { ...known, pages: [{ ...first!, items: [...head.items.filter(({ id }) => !seen.has(id)), ...first!.items] }, ...rest] };
}

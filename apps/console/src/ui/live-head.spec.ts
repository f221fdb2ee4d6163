import { MOST_ROWS, type Page, withHead } from './live-head';

interface Row {
  id: string;
  state?: string;
}
const page = (ids: string, nextCursor: string | null = 'more', state?: string): Page<Row> => ({
  items: [...ids].map((id) => ({ id, ...(state ? { state } : {}) })),
  nextCursor,
});
const read = (...pages: Page<Row>[]) => ({ pages, pageParams: pages.map((_, i) => (i === 0 ? undefined : `c${i}`)) });
const shown = (pages: Page<Row>[]): string[] => pages.map(({ items }) => items.map(({ id }) => id).join(''));

describe('a list that is watched', () => {
  const known = read(page('FED', 'c1'), page('CBA', null));

  it('has what is new on top, and what was read further down where it was', () => {
    const { pages, pageParams } = withHead(known, page('HGFE'));
    expect(shown(pages)).toEqual(['HGFED', 'CBA']);
    expect([pages[0]!.nextCursor, pageParams]).toEqual(['c1', [undefined, 'c1']]);
  });

  it('shows rows as they are now', () => {
    const { pages } = withHead(known, page('FEDC', 'more', 'delivered'));
    expect(pages.flatMap(({ items }) => items.map(({ state }) => state ?? '-')).join()).toBe('delivered,delivered,delivered,delivered,-,-');
  });

  it('loses what belongs to it no more', () => {
    expect(shown(withHead(known, page('GFDC')).pages)).toEqual(['GFD', 'CBA']);
    expect(shown(withHead(known, page('GFC')).pages)).toEqual(['GF', 'CBA']);
  });

  it('begins anew over a gap, when all of it was read, and when it has grown too long', () => {
    expect(shown(withHead(known, page('ZYX')).pages)).toEqual(['ZYX']);
    expect(shown(withHead(known, page('FE', null)).pages)).toEqual(['FE']);
    expect(shown(withHead(known, { ...page('GFE'), searchedTo: '2026-11-21T12:00:00.000Z' }).pages)).toEqual(['GFE']);
    const ids = Array.from({ length: MOST_ROWS + 1 }, (_, i) => ({ id: String(100_000 - i) }));
    const long = (length: number) =>
      withHead(read({ items: ids.slice(0, length), nextCursor: 'more' }), { items: ids.slice(0, 2), nextCursor: 'x' });
    expect(long(MOST_ROWS).pages[0]!.items).toHaveLength(MOST_ROWS);
    expect(long(MOST_ROWS + 1).pages[0]!.items).toHaveLength(2);
  });
});

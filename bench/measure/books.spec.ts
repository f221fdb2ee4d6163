import { type Books, discrepancies } from './books.js';

const books = (change: Partial<Books> = {}): Books => ({
  promised: new Map([
    ['/a', ['1', '2']],
    ['/b', ['1']],
  ]),
  acknowledged: new Map([
    ['/a', ['2', '1']],
    ['/b', ['1']],
  ]),
  stored: { delivered: 3, open: 0, otherwise: 0, waiting: 0 },
  ...change,
});

describe('the books of a run', () => {
  it('agree when each promise was acknowledged once', () => expect(discrepancies(books())).toEqual([]));

  it('tell what never came', () => {
    expect(discrepancies(books({ acknowledged: new Map([['/a', ['1', '2']]]) }))).toEqual(['1 promised and never acknowledged']);
  });

  it('tell what came to the wrong subscription', () => {
    const acknowledged = new Map([
      ['/a', ['1', '2', '3']],
      ['/b', ['1']],
      ['/c', ['1']],
    ]);
    expect(discrepancies(books({ acknowledged }))).toEqual(['2 acknowledged and promised to nobody']);
  });

  it('tell what came twice', () => {
    const acknowledged = new Map([
      ['/a', ['1', '2', '2']],
      ['/b', ['1']],
    ]);
    expect(discrepancies(books({ acknowledged }))).toEqual(['1 acknowledged more than once']);
  });

  it('tell what the database says otherwise', () => {
    expect(discrepancies(books({ stored: { delivered: 2, open: 1, otherwise: 0, waiting: 4 } }))).toEqual([
      '1 deliveries still open',
      '4 events not fanned out',
      '2 delivered in the database instead of 3',
    ]);
  });
});

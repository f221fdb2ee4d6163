import { barsOf } from './bars';

const step = (delivered: number, failed = 0) => ({ delivered, failed });

describe('the bars of a series', () => {
  it('hold all of it, the newest whole', () => {
    expect(barsOf([step(1), step(2), step(3, 1), step(4), step(5, 7)], 3)).toEqual([step(1), step(5, 1), step(9, 7)]);
    expect(barsOf([step(1), step(2)], 3)).toEqual([step(1), step(2)]);
    expect(barsOf([], 3)).toEqual([]);
  });
});

import { nextLimit } from './retention.js';

describe('the size of the next batch', () => {
  it('follows the time that the last one took, up and down', () => {
    expect(nextLimit(100, 50)).toBe(100);
    expect(nextLimit(100, 200)).toBe(25);
    expect(nextLimit(100, 10)).toBe(200);
  });

  it('stays within its bounds', () => {
    expect(nextLimit(10, 5_000)).toBe(10);
    expect(nextLimit(500, 0)).toBe(500);
  });
});

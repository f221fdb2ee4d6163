import { Recent } from './recent.js';

describe('what was found lately', () => {
  it('is forgotten when its time is up, however often it is asked for', () => {
    let now = 0;
    const recent = new Recent<string>(10, 2_000, () => now);
    recent.set('a', 'found');
    now = 1_999;
    expect(recent.get('a')).toBe('found');
    now = 2_000;
    expect(recent.get('a')).toBeUndefined();
  });

  it('takes no more room than it was given: the one unused for longest goes', () => {
    const recent = new Recent<number>(2, 1_000, () => 0);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.get('a');
    recent.set('c', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3]);
  });
});

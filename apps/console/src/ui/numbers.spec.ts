import { age, percent, toneOf } from './numbers';

describe('numbers for people', () => {
  it('never show a share as all that is not all', () => {
    expect([percent(1), percent(0.9999), percent(0), percent(null)]).toEqual(['100 %', '99.9 %', '0 %', '–']);
    expect([toneOf(1), toneOf(0.95), toneOf(0.5), toneOf(null)]).toEqual(['good', 'warn', 'bad', '']);
  });

  it('tell an age by its two largest units', () => {
    expect([0.42, 42, 61, 3_660, 90_000].map(age)).toEqual(['0.4 s', '42 s', '1 min 1 s', '1 h 1 min', '1 d 1 h']);
    expect(age(null)).toBe('–');
  });
});

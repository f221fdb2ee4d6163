import { QuotaWindow } from './quota-window.js';

describe('the window of a quota', () => {
  it('counts what passes here at once, and starts anew when it ends', () => {
    const window = QuotaWindow.from(0);
    window.count(3);
    expect([window.used(0), window.used(9_999), window.msLeft(9_000)]).toEqual([3, 3, 1_000]);
    expect([window.used(10_000), window.msLeft(10_000)]).toEqual([0, 10_000]);
  });

  it('goes by what all have used together once it hears of it, and by its own count until then', () => {
    const window = QuotaWindow.from(0);
    window.count(3);
    const told = window.tell();
    window.count(2);
    expect([told.points, window.used(1)]).toEqual([3, 5]);
    told.heard({ used: 40, msLeft: 4_000 }, 100);
    expect([window.used(100), window.msLeft(100)]).toEqual([42, 4_000]);
    expect(window.tell().points).toBe(2);
  });

  it('loses nothing of its own count when nobody answers, and does not tell it twice', () => {
    const window = QuotaWindow.from(0);
    window.count(3);
    window.tell().heard(null, 10);
    expect([window.used(10), window.tell().points]).toEqual([3, 0]);
  });

  it('takes no answer that is about an earlier window', () => {
    const window = QuotaWindow.from(0);
    window.count(3);
    const late = window.tell();
    expect(window.used(10_000)).toBe(0);
    late.heard({ used: 1_000, msLeft: 9_000 }, 10_001);
    expect(window.used(10_001)).toBe(0);
  });
});

import { Floods, FLOOD_PER_SECOND } from './floods.js';

describe('a flood', () => {
  it('begins with what goes beyond an owner’s share of a second, and is over with the next', () => {
    let nowMs = 0;
    const floods = new Floods(() => nowMs);
    expect(floods.isFlood('loud', FLOOD_PER_SECOND)).toBe(false);
    expect(floods.isFlood('loud', 1)).toBe(true);
    nowMs = 1_000;
    expect(floods.isFlood('loud', 1)).toBe(false);
  });

  it('is its owner’s alone', () => {
    const floods = new Floods(() => 0);
    expect(floods.isFlood('loud', 10_000)).toBe(true);
    expect(floods.isFlood('quiet', 1)).toBe(false);
  });
});

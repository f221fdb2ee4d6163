import { Floods, FLOOD_PER_SECOND } from './floods.js';

describe('a flood', () => {
  it('begins with what goes beyond an owner’s share of a second', () => {
    const floods = new Floods(() => 0);
    expect(floods.isFlood('loud', FLOOD_PER_SECOND)).toBe(false);
    expect(floods.isFlood('loud', 1)).toBe(true);
  });

  it('lasts until its owner has kept to the share for a second', () => {
    let nowMs = 0;
    const floods = new Floods(() => nowMs);
    floods.isFlood('loud', FLOOD_PER_SECOND + 1);
    nowMs = 1_999;
    expect(floods.isFlood('loud', 1)).toBe(true);
    nowMs = 2_000;
    expect(floods.isFlood('loud', 1)).toBe(false);
  });

  it('is over after a second of silence', () => {
    let nowMs = 0;
    const floods = new Floods(() => nowMs);
    floods.isFlood('loud', FLOOD_PER_SECOND + 1);
    nowMs = 2_500;
    expect(floods.isFlood('loud', 1)).toBe(false);
  });

  it('is its owner’s alone', () => {
    const floods = new Floods(() => 0);
    expect(floods.isFlood('loud', 10_000)).toBe(true);
    expect(floods.isFlood('quiet', 1)).toBe(false);
  });
});

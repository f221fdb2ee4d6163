import fc from 'fast-check';
import type { EndpointVerdict } from './endpoint-verdict.js';
import { laneOf, type Pace, paceAfter, SLOW_AFTER_MS } from './lane.js';

interface Attempted {
  verdict: EndpointVerdict;
  durationMs: number;
}

const attempts = fc.array(
  fc.record({ verdict: fc.constantFrom<EndpointVerdict>('well', 'unwell', 'unknown'), durationMs: fc.nat(60_000) }),
  { maxLength: 50 },
);
const paceOf = (list: Attempted[]): Pace | null => list.reduce<Pace | null>(paceAfter, null);
const good: Attempted = { verdict: 'well', durationMs: 20 };

describe('the lane of an endpoint', () => {
  it('is unproven until an attempt has said something of it', () => {
    expect(laneOf(null, 0)).toBe('unproven');
    expect(laneOf(paceOf([{ verdict: 'unknown', durationMs: 0 }]), 0)).toBe('unproven');
    expect(laneOf(paceOf([good]), 0)).toBe('proven');
  });

  it('is slow as soon as a request hangs, whatever was before', () => {
    fc.assert(fc.property(attempts, (list) => expect(laneOf(paceOf(list), SLOW_AFTER_MS)).toBe('slow')));
  });

  it('is never slow for one that answers well and in time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(SLOW_AFTER_MS - 1), { minLength: 1, maxLength: 50 }), (durations) => {
        expect(laneOf(paceOf(durations.map((durationMs) => ({ verdict: 'well', durationMs }))), SLOW_AFTER_MS - 1)).toBe('proven');
      }),
    );
  });

  it('is slow for one that takes long, and for one that fails again and again however fast', () => {
    expect(laneOf(paceOf([{ verdict: 'well', durationMs: SLOW_AFTER_MS }]), 0)).toBe('slow');
    expect(laneOf(paceOf([{ verdict: 'unwell', durationMs: 1 }]), 0)).toBe('proven');
    expect(laneOf(paceOf(Array.from({ length: 3 }, () => ({ verdict: 'unwell' as const, durationMs: 1 }))), 0)).toBe('slow');
  });

  it('is proven again after a handful of good answers, however bad it was', () => {
    fc.assert(
      fc.property(attempts, (list) => {
        expect(laneOf(paceOf([...list, ...Array.from({ length: 5 }, () => good)]), 0)).toBe('proven');
      }),
    );
  });
});

import fc from 'fast-check';
import { Backlog } from './backlog.js';
import type { Party } from './in-flight.js';

const party = (tenantId: string, name: string): Party => ({ tenantId, subscriptionUuid: `${tenantId}-${name}` });
const always = (): boolean => true;
const fill = (...parties: Party[]): Backlog => {
  const backlog = new Backlog();
  for (const one of parties) backlog.add(one);
  return backlog;
};

describe('subscriptions with deliveries on hold', () => {
  it('take turns by tenant, so that a tenant with many gets no more turns than a tenant with one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 40 }), (many, turns) => {
        const backlog = fill(...Array.from({ length: many }, (_, n) => party('loud', String(n))), party('quiet', 'only'));
        const taken = Array.from({ length: turns }, () => backlog.next(always)!.tenantId);
        const ofQuiet = taken.filter((tenantId) => tenantId === 'quiet').length;
        expect(Math.abs(ofQuiet - turns / 2)).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it('of one tenant take turns as well', () => {
    const backlog = fill(party('t', 'a'), party('t', 'b'));
    expect(Array.from({ length: 4 }, () => backlog.next(always)?.subscriptionUuid)).toEqual(['t-a', 't-b', 't-a', 't-b']);
  });

  it('that cannot go on are passed over and keep their turn', () => {
    const backlog = fill(party('t', 'a'), party('u', 'b'));
    expect(backlog.next(({ tenantId }) => tenantId === 'u')?.subscriptionUuid).toBe('u-b');
    expect(backlog.next(() => false)).toBeUndefined();
    expect(backlog.next(always)?.subscriptionUuid).toBe('t-a');
  });

  it('are forgotten when they have nothing left', () => {
    const backlog = fill(party('t', 'a'));
    backlog.delete(party('t', 'a'));
    expect(backlog.next(always)).toBeUndefined();
  });
});

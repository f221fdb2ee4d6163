import { Quotas, type SharedCounts } from './quotas.js';

const caller = { keyId: 'k', tenantId: 't', quotas: null };
/** A store that is never heard of. */
const silent: SharedCounts = { add: () => new Promise(() => undefined) };

const quotas = (over: object = {}, counts = silent): { quotas: Quotas; clock: { ms: number } } => {
  const clock = { ms: 0 };
  const options = { tenantPerSecond: 10, keyPerSecond: 1, onShared: () => undefined, now: () => clock.ms, ...over };
  return { quotas: new Quotas(counts, options), clock };
};

describe('a quota', () => {
  it('lets through ten seconds’ worth at once and no more, until its window has passed', () => {
    const { quotas: some, clock } = quotas();
    expect(some.take(caller, 9)).toMatchObject({ isWithin: true, scope: 'key', limit: 10, remaining: 1, resetSeconds: 10 });
    expect(some.take(caller, 1)).toMatchObject({ isWithin: true, remaining: 0 });
    clock.ms = 9_500;
    expect(some.take(caller, 1)).toMatchObject({ isWithin: false, resetSeconds: 1 });
    clock.ms = 10_000;
    expect(some.take(caller, 1)).toMatchObject({ isWithin: true, remaining: 9, resetSeconds: 10 });
  });

  it('charges nothing for what is refused, to the key or to the tenant', () => {
    const { quotas: some } = quotas({ tenantPerSecond: 2 });
    expect(some.take({ ...caller, keyId: 'a' }, 11)).toMatchObject({ isWithin: false, scope: 'key' });
    expect(some.take({ ...caller, keyId: 'a' }, 10)?.isWithin).toBe(true);
    expect(some.take({ ...caller, keyId: 'b' }, 10)?.isWithin).toBe(true);
    expect(some.take({ ...caller, keyId: 'c' }, 1)).toMatchObject({ isWithin: false, scope: 'tenant' });
  });

  it('is the tenant’s own where it has one, and none at all at 0', () => {
    const { quotas: some } = quotas();
    expect(some.take({ ...caller, quotas: { keyPerSecond: 3 } }, 1)).toMatchObject({ scope: 'key', limit: 30 });
    expect(quotas({ tenantPerSecond: 0, keyPerSecond: 0 }).quotas.take(caller, 1_000_000)).toBeNull();
  });

  it('is one key’s for an operator, who belongs to no tenant', () => {
    const { quotas: some } = quotas({ tenantPerSecond: 1, keyPerSecond: 2 });
    expect(some.take({ ...caller, tenantId: null }, 20)).toMatchObject({ isWithin: true, scope: 'key', limit: 20 });
  });
});

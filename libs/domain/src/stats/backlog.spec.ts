import { noBacklog, oldestOf, summarize, type TenantLane } from './backlog.js';

const lane = (tenantId: string, waiting: number, since: string | null = null, name: TenantLane['lane'] = 'due'): TenantLane => ({
  tenantId,
  lane: name,
  waiting,
  since,
});

describe('a backlog', () => {
  it('is added up over all tenants and by tenant, from the oldest on', () => {
    const { all, tenants, leftOut } = summarize(
      [lane('a', 2, '2026-01-02'), lane('b', 3, '2026-01-01'), lane('a', 5, null, 'sending'), lane('b', 1, null)],
      10,
    );
    expect(all).toEqual({ ...noBacklog(), due: { waiting: 6, since: '2026-01-01' }, sending: { waiting: 5, since: null } });
    expect(tenants.get('a')).toEqual({ ...noBacklog(), due: { waiting: 2, since: '2026-01-02' }, sending: { waiting: 5, since: null } });
    expect(leftOut).toBe(0);
  });

  it('keeps the tenants with the most and counts the others in all the same', () => {
    const { all, tenants, leftOut } = summarize([lane('a', 1), lane('b', 3), lane('c', 1), lane('c', 1, null, 'held')], 2);
    expect([...tenants.keys()]).toEqual(['b', 'c']);
    expect([all.due.waiting, leftOut]).toEqual([5, 1]);
  });

  it('is as old as what could go on and does not, due or not fanned out', () => {
    const { all } = summarize([lane('a', 1, '2026-01-03'), lane('a', 1, '2026-01-02', 'outbox'), lane('a', 1, '2026-01-01', 'held')], 1);
    expect(oldestOf(all)).toBe('2026-01-02');
    expect(oldestOf(noBacklog())).toBeNull();
  });
});

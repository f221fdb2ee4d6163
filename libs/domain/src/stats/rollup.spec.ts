import { bucketOf } from './latency-histogram.js';
import { attemptsOf, noTally, Rollup, successRateOf, type TallyRow } from './rollup.js';

const attempt = { tenantId: 't', subscriptionId: 's', requestMs: 30, deliveryMs: null };
const find = (rows: TallyRow[], subscriptionId: string | null) => rows.find((row) => row.subscriptionId === subscriptionId)!;

describe('a rollup', () => {
  it('counts each thing for its tenant and, where there is one, for its subscription', () => {
    const rollup = new Rollup();
    rollup.accepted('t');
    rollup.matched('t', 's');
    rollup.matched('t', 'other');
    rollup.attempted({ ...attempt, outcome: 'retry' });
    rollup.attempted({ ...attempt, outcome: 'delivered', deliveryMs: 500 });
    const rows = rollup.take();
    expect(rows).toHaveLength(3);
    expect(find(rows, null)).toMatchObject({ tenantId: 't', accepted: 1, matched: 2, retried: 1, delivered: 1, failed: 0 });
    expect(find(rows, 's')).toMatchObject({ tenantId: 't', accepted: 0, matched: 1, retried: 1, delivered: 1 });
    expect(find(rows, 'other')).toMatchObject({ matched: 1, delivered: 0 });
    expect(find(rows, 's').requestMs[bucketOf(30)]).toBe(2);
    expect(find(rows, null).deliveryMs.filter((count) => count > 0)).toEqual([1]);
  });

  it('hands everything over once', () => {
    const rollup = new Rollup();
    rollup.accepted('t');
    expect(rollup.take()).toHaveLength(1);
    expect(rollup.take()).toEqual([]);
  });

  it('adds what is put back to what has happened since', () => {
    const rollup = new Rollup();
    rollup.attempted({ ...attempt, outcome: 'failed' });
    const taken = rollup.take();
    rollup.attempted({ ...attempt, outcome: 'failed' });
    expect(rollup.putBack(taken)).toBe(0);
    const rows = rollup.take();
    expect([find(rows, null).failed, find(rows, 's').failed]).toEqual([2, 2]);
    expect(find(rows, 's').requestMs[bucketOf(30)]).toBe(2);
  });

  it('keeps so many rows and no more while they cannot be written, and says how many it lost', () => {
    const rollup = new Rollup();
    for (let i = 0; i < 20_001; i++) rollup.accepted(`t${i}`);
    const taken = rollup.take();
    expect(rollup.putBack(taken)).toBe(1);
    expect(rollup.take()).toHaveLength(20_000);
  });
});

describe('a tally', () => {
  it('tells the share of deliveries that succeeded of those that ended', () => {
    expect(successRateOf(noTally())).toBeNull();
    expect(successRateOf({ ...noTally(), delivered: 3, failed: 1, diverted: 1, refused: 1, retried: 9 })).toBe(0.5);
  });

  it('counts attempts of every outcome', () => {
    expect(attemptsOf({ ...noTally(), delivered: 1, retried: 1, failed: 1, diverted: 1, refused: 1, late: 1, matched: 5 })).toBe(6);
  });
});

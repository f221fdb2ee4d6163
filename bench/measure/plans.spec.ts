import { readPlans } from './plans.js';

const entry = (plan: object): string =>
  `2026-01-01 UTC [1] LOG:  duration: 1.250 ms  plan:\n${JSON.stringify(plan, null, 2).replaceAll(/^/gm, '\t')}\n`;

const scan = (type: string, table: string, loops = 1) => ({ 'Node Type': type, 'Relation Name': table, 'Actual Loops': loops });

describe('a plan in the server’s log', () => {
  const plan = {
    'Query Text': 'SELECT 1',
    Plan: {
      'Node Type': 'Append',
      'Actual Loops': 1,
      'Shared Hit Blocks': 7,
      'Shared Read Blocks': 2,
      Plans: [scan('Index Scan', 'deliveries_1'), scan('Seq Scan', 'tenants'), scan('Index Scan', 'deliveries_2', 0)],
    },
  };

  it('tells the time, the pages and the relations that were looked into, not those that were left out', () => {
    expect(readPlans(entry(plan))).toEqual([{ query: 'SELECT 1', ms: 1.25, blocks: 9, relations: 2, readWhole: ['tenants'] }]);
  });

  it('is found among other lines, and not taken when its end is missing', () => {
    const log = `LOG:  checkpoint starting\n${entry(plan)}LOG:  something\n${entry(plan).slice(0, 80)}`;
    expect(readPlans(log)).toHaveLength(1);
  });
});

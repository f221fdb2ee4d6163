import { tableOf, tablesOf, told } from './table.js';

describe('a report', () => {
  const table = (rows: Parameters<typeof tableOf>[0]): string[][] =>
    tableOf(rows)
      .split('\n')
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );

  it('holds a number against its floor, and the goal against their ratio', () => {
    expect(
      table([
        { what: 'rate', value: 600, unit: '/s', floor: 1_000, goal: { atLeast: 0.6 } },
        { what: 'rate', value: 599, unit: '/s', floor: 1_000, goal: { atLeast: 0.6 } },
        { what: 'wait', value: 3, unit: 'ms', floor: 1, goal: { atMost: 3 } },
      ]),
    ).toEqual([
      ['rate', '600 /s', '1,000', '0.6', '>= 0.6', 'ok'],
      ['rate', '599 /s', '1,000', '0.599', '>= 0.6', 'miss'],
      ['wait', '3 ms', '1', '3', '<= 3', 'ok'],
    ]);
  });

  it('without a floor the goal is for the number itself', () => {
    expect(table([{ what: 'commands', value: 5, unit: '/s', goal: { below: 5 } }])).toEqual([['commands', '5 /s', '', '', '< 5', 'miss']]);
  });

  it('never calls reached what was not measured', () => {
    expect(table([{ what: 'rate', value: NaN, goal: { atMost: 1 } }])).toEqual([['rate', '-', '', '', '<= 1', 'miss']]);
    expect(table([{ what: 'rate', value: 1, floor: 0, goal: { atMost: 1 } }])[0]?.at(-1)).toBe('miss');
  });

  it('tells numbers no finer than they were measured', () => {
    expect([0.01234, 1.2345, 12.345, 123.45, 12_345].map(told)).toEqual(['0.0123', '1.23', '12.3', '123', '12,345']);
  });

  it('has a table for each group, under its name', () => {
    const lines = tablesOf([
      { group: '100 B', what: 'rate', value: 1 },
      { group: '1,000 B', what: 'rate', value: 2 },
      { what: 'whole', value: 3 },
      { group: '100 B', what: 'wait', value: 4 },
    ]).split('\n');
    const heads = lines.filter((line) => line.startsWith('###') || /^\| [a-z]/.test(line));
    expect(heads.map((line) => line.split(/ {2,}| \|/)[0])).toEqual(['| whole', '### 100 B', '| rate', '| wait', '### 1,000 B', '| rate']);
  });
});

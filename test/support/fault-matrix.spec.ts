import { hasTest, readDocument, readFaultMatrix } from './fault-matrix.js';

describe('the matrix of faults', () => {
  const { promises, rows } = readFaultMatrix();
  const page = readDocument('docs/promises.md');

  it('has every row once, in order', () => {
    expect(rows.map(({ row }) => row)).toEqual(rows.map((_, i) => i + 1));
  });

  it.each(rows.map((row) => [row.row, row] as const))('row %i names tests that there are', (_, { tests, expected }) => {
    expect(tests.filter((test) => !hasTest(test))).toEqual([]);
    expect(tests.length > 0 || expected !== undefined).toBe(true);
  });

  it('expects no test that has been written', () => {
    const written = rows.flatMap(({ row, expected = [] }) => expected.filter(hasTest).map(({ file }) => `${row}: ${file}`));
    expect(written).toEqual([]);
  });

  it('names promises that there are, and leaves none without a fault but the one of no order', () => {
    const named = new Set(rows.flatMap((row) => row.promises));
    expect([...named].filter((promise) => !(promise in promises))).toEqual([]);
    expect(Object.keys(promises).filter((promise) => !named.has(promise))).toEqual(['G5']);
  });

  it('stands in the documentation as it is: every promise, every fault, every test', () => {
    for (const promise of Object.entries(promises)) expect(page).toMatch(new RegExp(`\\| ${promise.map(literally).join(' +\\| ')}`));
    for (const { row, fault, tests } of rows) {
      const line = page.split('\n').find((text) => new RegExp(`^\\| +${row} +\\|`).test(text)) ?? '';
      expect(line).toContain(fault);
      for (const { file } of tests) expect(line).toContain(`](../${file})`);
    }
  });
});

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

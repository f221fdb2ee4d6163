import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inRoot } from '../prepare/root.mjs';

const FOLDER = inRoot('test', 'attack');

/** The matrix of abuse: `{row, group, input, expect}`; `open` says of a row what it still waits for. */
export const readRows = () => JSON.parse(readFileSync(inRoot('test', 'attack', 'rows.json'), 'utf8'));

/** The tests of test/attack in a report of jest's, by the row that their title begins with. */
export function testsByRow(report) {
  const tests = report.testResults
    .filter(({ name }) => name.startsWith(FOLDER))
    .flatMap(({ assertionResults }) => assertionResults)
    .map((test) => ({ ...test, row: Number(/(?:^|\b)row (\d+): /.exec(test.fullName)?.[1] ?? 0) }));
  const rows = new Map(tests.map(({ row }) => [row, []]));
  for (const test of tests) rows.get(test.row).push(test);
  return rows;
}

/** Whether the report is of the whole suite; a run of one file or of some titles proves nothing about the others. */
function isWhole(report) {
  if (!existsSync(FOLDER)) return false;
  const specs = readdirSync(FOLDER).filter((file) => file.endsWith('.spec.ts'));
  const ran = report.testResults.filter(
    ({ name, assertionResults }) => name.startsWith(FOLDER) && assertionResults.every(({ status }) => status !== 'pending'),
  );
  return ran.length === specs.length;
}

/** What is wrong with the coverage of a whole run, a sentence each: every row has a test, but for those that are open. */
export function gapsOf(report) {
  if (!isWhole(report)) return [];
  const [rows, tests] = [readRows(), testsByRow(report)];
  const numbers = rows.map(({ row }) => row);
  const isComplete = numbers.length === 104 && numbers.every((row, i) => row === i + 1);
  return [
    ...(isComplete ? [] : ['test/attack/rows.json does not hold the rows 1 to 104.']),
    ...rows.filter(({ row, open }) => !open && !tests.has(row)).map(({ row }) => `Row ${row} of the attacks has no test.`),
    ...rows
      .filter(({ row, open }) => open && tests.has(row))
      .map(({ row }) => `Row ${row} of the attacks has a test and is still called open.`),
  ];
}

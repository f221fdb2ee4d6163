import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../prepare/root.mjs';

/** The rows of the matrix; of these numbers only, where some are given. */
export function matrixRows(numbers) {
  const { rows } = JSON.parse(readFileSync(inRoot('test', 'chaos', 'matrix.json'), 'utf8'));
  return numbers === null ? rows : rows.filter(({ row }) => numbers.has(row));
}

/** What the tests noted: a line each, with the file and the full name of the test. */
export const figuresIn = (folder) =>
  readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line)),
  );

/** Each row with what came of its tests: `passed`, `failed`, or `not proven` where a test is missing or did not run. */
export function resultsIn(report, figures, rows) {
  const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
  return rows.map((row) => {
    const runs = row.tests.map(({ file, title }) => runsOf(files, inRoot(file), patternOf(title)));
    const names = new Set(runs.flat().map(({ path, fullName }) => `${path} ${fullName}`));
    const own = figures.filter(({ file, test }) => names.has(`${file} ${test}`));
    return { ...row, result: resultOf(row, runs), ...summed(own) };
  });
}

function runsOf(files, path, pattern) {
  const file = files.find(({ name }) => name === path);
  const tests = (file?.assertionResults ?? []).filter(({ title }) => pattern.test(title));
  // A file whose end failed has failed, though its tests may have passed.
  return tests.map(({ fullName, status }) => ({
    path,
    fullName,
    hasPassed: status === 'passed' && !file.message.includes('● Test suite failed'),
  }));
}

/** A title with placeholders stands for each of its cases. */
const patternOf = (title) =>
  new RegExp(
    `^${title
      .split(/%[sdijpo]/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^]*')}$`,
  );

function resultOf({ expected }, runs) {
  if (runs.flat().some(({ hasPassed }) => !hasPassed)) return 'failed';
  return expected !== undefined || runs.length === 0 || runs.some((cases) => cases.length === 0) ? 'not proven' : 'passed';
}

/** Over all files; within a file the highest, for its tests keep one ledger, and go on with it. */
function summed(figures) {
  const of = (name) => {
    const byFile = new Map();
    for (const { file, [name]: value } of figures) if (value !== undefined) byFile.set(file, Math.max(value, byFile.get(file) ?? 0));
    return [...byFile.values()];
  };
  const sum = (values) => (values.length === 0 ? null : values.reduce((total, value) => total + value, 0));
  const times = of('resumedAfterSeconds');
  return { lost: sum(of('lost')), duplicates: sum(of('duplicates')), resumedAfterSeconds: times.length === 0 ? null : Math.max(...times) };
}

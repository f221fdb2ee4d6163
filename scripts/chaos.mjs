import { mkdirSync, rmSync } from 'node:fs';
import { figuresIn, matrixRows, resultsIn } from './chaos/results.mjs';
import { printTable } from './chaos/table.mjs';
import { prepare } from './prepare.mjs';
import { inRoot } from './prepare/root.mjs';
import { runNode24 } from './run-node-24.mjs';

/**
 * `npm run chaos [-- --rows 1,4,43]`: the faults of test/chaos/matrix.json, one test file at a time, each against processes, a Postgres and a
 * Redis of its own. Prints what came of every row; the last line says how many passed and failed.
 */
const rows = matrixRows(askedRows(process.argv.slice(2)));
await prepare();

const figures = inRoot('.tidings', 'chaos-figures');
const results = inRoot('.tidings', 'chaos-results.json');
for (const left of [figures, results]) rmSync(left, { recursive: true, force: true });
mkdirSync(figures, { recursive: true });

const files = [...new Set(rows.flatMap(({ tests }) => tests.map(({ file }) => file)))];
const projects = [...new Set(files.map(projectOf))];
if (files.length > 0) {
  const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, '--maxWorkers=1', '--runTestsByPath', ...files];
  const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
  await runNode24([...jest, '--selectProjects', ...projects], { NODE_OPTIONS: options, TIDINGS_FIGURES: figures });
}

const outcomes = resultsIn(results, figuresIn(figures), rows);
printTable(outcomes);
const passed = outcomes.filter(({ result }) => result === 'passed').length;
process.stdout.write(`${passed} passed, ${outcomes.length - passed} failed\n`);
process.exitCode = passed === outcomes.length ? 0 : 1;

function askedRows(args) {
  if (args.length === 0) return null;
  const most = matrixRows(null).length;
  const numbers = args[0] === '--rows' && args.length === 2 ? args[1].split(',').map(Number) : [NaN];
  if (numbers.every((number) => Number.isInteger(number) && number >= 1 && number <= most)) return new Set(numbers);
  process.stderr.write('Say --rows and their numbers, as in --rows 1,4,43; or nothing, for all of them.\n');
  process.exit(2);
}

/** The jest project that a test file belongs to. */
function projectOf(file) {
  const [folder, project] = file.split('/');
  return folder === 'test' ? project : 'unit';
}

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { gapsOf } from './attack/rows.mjs';
import { prepare } from './prepare.mjs';
import { inRoot } from './prepare/root.mjs';
import { runNode24 } from './run-node-24.mjs';

/** `npm test [-- jest's arguments]`: all tests but the long ones of chaos-full, from a fresh clone on. The last line says how many passed and failed. */
await prepare();

const results = inRoot('.tidings', 'test-results.json');
mkdirSync(inRoot('.tidings'), { recursive: true });
rmSync(results, { force: true });

const asked = process.argv.slice(2);
const short = asked.some((argument) => argument.includes('chaos-full')) ? [] : ['--ignoreProjects=chaos-full'];
const jest = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...asked, ...short];
// jest runs packages that are ESM only through Node's own module loader, which it asks for by this flag.
const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
const code = await runNode24(jest, { NODE_OPTIONS: options });

const { passed, failed, skipped } = count(code);
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/**
 * A file that could not run, or broke at its end, counts as one failure; so does a jest that fails without naming one, and a row of the
 * attacks without a test.
 */
function count(exitCode) {
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(results, 'utf8'));
  const named = report.numFailedTests + report.numRuntimeErrorTestSuites;
  const gaps = gapsOf(report);
  for (const sentence of [...gaps, ...skippedOf(report)]) process.stdout.write(`${sentence}\n`);
  const failed = (named === 0 && (exitCode !== 0 || !report.success) ? 1 : named) + gaps.length;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** What was skipped by what is written around it: titles say why. Tests that jest was not asked for are none of these. */
function skippedOf({ testResults }) {
  const skipped = testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === 'pending');
  const titles = new Set(skipped.map(({ ancestorTitles, title }) => ancestorTitles[0] ?? title));
  return asked.includes('-t') ? [] : [...titles].map((title) => `Skipped: ${title}`);
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { showTable, tableOf } from './attack/table.mjs';
import { prepare } from './prepare.mjs';
import { inRoot } from './prepare/root.mjs';
import { runNode24 } from './run-node-24.mjs';

/**
 * `npm run attack`: the suite of bad input against running processes, and a table of its rows. The same table with every test's title goes to
 * .tidings/attack.json.
 */
await prepare();

const results = inRoot('.tidings', 'test-results.json');
const code = await runNode24([inRoot('scripts', 'test.mjs'), '--selectProjects', 'attack', ...process.argv.slice(2)]);
const table = tableOf(JSON.parse(readFileSync(results, 'utf8')));
mkdirSync(inRoot('.tidings'), { recursive: true });
writeFileSync(inRoot('.tidings', 'attack.json'), `${JSON.stringify(table, null, 2)}\n`);
process.stdout.write(`${showTable(table)}\n`);
process.exitCode = code;

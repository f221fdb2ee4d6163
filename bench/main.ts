import { cpus } from 'node:os';
import { BENCHES, isBench } from './benches.js';
import { readCommandLine, UsageError } from './command-line.js';
import { tableOf } from './measure/table.js';

/** `npm run bench -- <name> [options]`: one table out; exit code 1 when the ledger does not agree, 2 when the command is not understood. */
async function main(): Promise<number> {
  const { name, options } = readCommandLine(process.argv.slice(2), (asked) => (isBench(asked) ? BENCHES[asked].defaults : undefined));
  if (!isBench(name)) return 2;
  const { title, rows, faults } = await BENCHES[name].run(options);
  const machine = `${cpus().length} cores, Node ${process.versions.node}, ${options.durable ? 'commits wait for the disk' : 'commits do not wait for the disk'}, queue in ${options.queue}`;
  console.log(`\n${name}: ${title}\n${machine}\n\n${tableOf(rows)}\n`);
  for (const fault of faults) console.log(`LEDGER: ${fault}`);
  console.log(faults.length === 0 ? 'The ledger agrees.' : 'The ledger does not agree.');
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  const names = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`);
  console.error(`${error.message}\n\nnpm run bench -- <name> [options]\n${names.join('\n')}`);
  process.exitCode = 2;
}

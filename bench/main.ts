import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { BENCHES, isBench } from './benches.js';
import { readCommandLine, UsageError } from './command-line.js';
import { type CpuProfile, timeByPlace } from './measure/profile.js';
import { tableOf } from './measure/table.js';

const PLACES_SHOWN = 25;

/** `npm run bench -- <name> [options]`: one table out; exit code 1 when the ledger does not agree, 2 when the command is not understood. */
async function main(): Promise<number> {
  const { name, options } = readCommandLine(process.argv.slice(2), (asked) => (isBench(asked) ? BENCHES[asked].defaults : undefined));
  if (!isBench(name)) return 2;
  const { title, rows, faults } = await BENCHES[name].run(options);
  const machine = `${cpus().length} cores, Node ${process.versions.node}, ${options.durable ? 'commits wait for the disk' : 'commits do not wait for the disk'}, queue in ${options.queue}`;
  console.log(`\n${name}: ${title}\n${machine}\n\n${tableOf(rows)}\n`);
  if (options.profile !== undefined) console.log(`${profilesIn(options.profile)}\n`);
  for (const fault of faults) console.log(`LEDGER: ${fault}`);
  console.log(faults.length === 0 ? 'The ledger agrees.' : 'The ledger does not agree.');
  return faults.length === 0 ? 0 : 1;
}

/** The programs' CPU profiles, which they wrote when they were stopped, each as its dearest places. */
function profilesIn(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const told = files.map((name) => {
    const entries = timeByPlace(JSON.parse(readFileSync(join(folder, name), 'utf8')) as CpuProfile).slice(0, PLACES_SHOWN);
    return [name, ...entries.map(({ where, share }) => `${(share * 100).toFixed(1).padStart(6)} %  ${where}`)].join('\n');
  });
  return told.join('\n\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  const names = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`);
  console.error(`${error.message}\n\nnpm run bench -- <name> [options]\n${names.join('\n')}`);
  process.exitCode = 2;
}

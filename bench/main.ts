import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { BENCHES, isBench } from './benches.js';
import { type Options, OPTIONS_HELP, readCommandLine, UsageError } from './command-line.js';
import { type CpuProfile, timeByPlace } from './measure/profile.js';
import { type Machine, type Report, toldReport } from './report.js';

const PLACES_SHOWN = 25;

/** `npm run bench -- <name> [options]`: one table out; exit code 1 when the ledger does not agree, 2 when the command is not understood. */
async function main(): Promise<number> {
  const { name, options } = readCommandLine(process.argv.slice(2), (asked) => (isBench(asked) ? BENCHES[asked].defaults : undefined));
  if (!isBench(name)) return 2;
  const report = await BENCHES[name].run(options);
  const told = toldReport(name, report, machineOf(options));
  console.log(`\n${told}`);
  if (options.profile !== undefined) console.log(`${profilesIn(options.profile)}\n`);
  if (options.out !== undefined) keep(options.out, name, report, options, told);
  for (const fault of report.faults) console.log(`LEDGER: ${fault}`);
  console.log(report.faults.length === 0 ? 'The ledger agrees.' : 'The ledger does not agree.');
  return report.faults.length === 0 ? 0 : 1;
}

const machineOf = ({ durable, queue }: Options): Machine => ({ cores: cpus().length, node: process.versions.node, durable, queue });

/** Markdown is what was printed; JSON has the numbers unrounded, and all that the run was asked. */
function keep(file: string, name: string, report: Report, options: Options, told: string): void {
  const json = { name, at: new Date().toISOString(), machine: machineOf(options), options, ...report };
  writeFileSync(file, file.endsWith('.json') ? `${JSON.stringify(json, null, 2)}\n` : told);
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

const names = Object.entries(BENCHES).map(([name, { what }]) => `  ${name.padEnd(10)} ${what}`);
const HELP = `npm run bench -- <name> [options]\n${names.join('\n')}\n\n${OPTIONS_HELP}`;

try {
  if (process.argv.length === 2) console.log(HELP);
  else {
    const code = await main();
    process.exitCode ||= code;
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}

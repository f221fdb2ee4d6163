import { prepare } from './prepare.mjs';
import { runNode24 } from './run-node-24.mjs';

/** `npm run bench -- <name> [options]`: measures the product on servers of its own, from a fresh clone on. See docs/performance.md. */
await prepare();
process.exitCode = await runNode24(['--import', './test/support/typescript-loader.mjs', 'bench/main.ts', ...process.argv.slice(2)]);

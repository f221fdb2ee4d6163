import { prepare } from './prepare.mjs';
import { runNode24 } from './run-node-24.mjs';

/** `npm start`: everything on this machine, from a fresh clone on. */
await prepare();
process.exit(await runNode24(['dist/apps/standalone/src/main.js']));

import { prepare } from './prepare.mjs';
import { inRoot } from './prepare/root.mjs';
import { runNode24 } from './run-node-24.mjs';

/** `npm run screenshots`: pictures of every screen of the console, taken while its tests go through them, into docs/images/. */
await prepare();

const jest = ['node_modules/jest/bin/jest.js', 'test/console/screens.spec.ts', '--selectProjects=console'];
process.exitCode = await runNode24(jest, {
  NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  TIDINGS_SCREENSHOTS: inRoot('docs', 'images'),
});

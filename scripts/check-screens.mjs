import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gatherFaults } from './check/faults.mjs';
import { inRoot } from './prepare/root.mjs';

/** Checks that every screen the console registers has its picture, and that the documentation shows every picture there is. */
const REGISTRY = 'apps/console/src/ui/screens.ts';
const PICTURES = 'docs/images';
const MANUAL = 'docs/console.md';
/** The name of the screen that has none in its address. */
const START = 'overview';

const faults = gatherFaults();
const read = (file) => readFileSync(inRoot(file), 'utf8');

const screens = [...read(REGISTRY).matchAll(/\bto: '\/([a-z-]*)'/g)].map(([, name]) => name || START);
if (screens.length === 0) faults.add(REGISTRY, 'registers no screen');
for (const name of screens) {
  const picture = `${PICTURES}/console-${name}.webp`;
  if (!existsSync(inRoot(picture))) faults.add(REGISTRY, `registers /${name}, of which there is no ${picture}: run "npm run screenshots"`);
}

const manual = read(MANUAL);
const taken = readdirSync(inRoot(PICTURES)).filter((file) => file.startsWith('console-'));
for (const file of taken) if (!manual.includes(`(images/${file})`)) faults.add(MANUAL, `does not show ${PICTURES}/${file}`);
faults.finish();

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { type Program, unpackFromApt, type Wanted } from './apt-packages.js';
import { onPath } from './on-path.js';

/** A browser, or in half a sentence why there is none. */
export type Found = { program: Program } | { why: string };

/** Names a Chromium or Chrome to test with; it goes before every other. */
const SETTING = 'CHROMIUM_PATH';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const ON_MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const FONTS = ['fonts-liberation', 'fonts-dejavu-core'];
/** The headless shell needs a third of the libraries. Drivers of graphics cards are left out: it draws without one. */
const WANTED: Wanted = {
  cache: 'chromium',
  choices: ['chromium-headless-shell', 'chromium'].map((name) => ({
    packages: [name, 'chromium-common', ...FONTS],
    program: `usr/lib/chromium/${name}`,
  })),
  without: /^(libllvm\d|libgl1-mesa-dri$|libz3)/,
};

/**
 * The Chromium to test with: the one that CHROMIUM_PATH names, else one on PATH, else, where apt is, Debian's own packages unpacked under
 * .tidings/, which is told by `tell`. Throws for a CHROMIUM_PATH that names nothing.
 */
export function findChromium(tell: (sentence: string) => void): Found {
  const named = process.env[SETTING];
  if (named && !existsSync(named)) throw new Error(`${SETTING} names ${named}, which does not exist.`);
  const installed = named || onPath(NAMES) || (existsSync(ON_MAC) ? ON_MAC : undefined);
  if (installed) return { program: { path: installed, env: {} } };
  try {
    return { program: unpacked(tell) };
  } catch (error) {
    return { why: `there is no Chromium: none is on PATH, and ${error instanceof Error ? error.message : String(error)}` };
  }
}

function unpacked(tell: (sentence: string) => void): Program {
  const folder = join(projectRoot(), '.tidings', WANTED.cache);
  if (!existsSync(folder)) tell('No Chromium is on PATH: taking one from apt for the tests of the console (once, about 130 MB) …');
  const { path, env } = unpackFromApt(WANTED);
  const fonts = join(folder, 'fonts.conf');
  writeFileSync(fonts, fontsOf(folder));
  return { path, env: { ...env, FONTCONFIG_FILE: fonts } };
}

const family = (name: string, font: string): string => `<alias><family>${name}</family><prefer><family>${font}</family></prefer></alias>`;

/** The system may have neither fonts nor a word on where they are. */
const fontsOf = (folder: string): string =>
  [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    `<fontconfig><dir>${folder}/usr/share/fonts</dir><cachedir>${folder}/fonts-cache</cachedir>`,
    ...['system-ui', 'sans-serif'].map((name) => family(name, 'Liberation Sans')),
    ...['ui-monospace', 'monospace'].map((name) => family(name, 'DejaVu Sans Mono')),
    '</fontconfig>',
  ].join('\n');

const VARIABLE = 'TIDINGS_TEST_CHROMIUM';

/** jest hands the environment of its main process to its workers. */
export function publishChromium(found: Found): void {
  process.env[VARIABLE] = JSON.stringify(found);
}

/** What was found for this run. Throws in a jest project that does not look for one. */
export function chromiumOfThisRun(): Found {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('No browser was looked for: this jest project needs test/console/global-setup.mjs as its globalSetup.');
  return JSON.parse(text) as Found;
}

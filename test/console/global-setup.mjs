import startServers from '../support/global-setup.mjs';

/** The servers of the run, and a browser: only runs that ask for tests of the console look for one. */
export default async function globalSetup() {
  const { findChromium, publishChromium } = await import('../support/chromium.ts');
  publishChromium(findChromium((sentence) => process.stdout.write(`${sentence}\n`)));
  await startServers();
}

import './typescript-loader.mjs';

/**
 * Starts the servers of the run, once for all projects whose setup this is or calls this, and stops them when jest is interrupted.
 */
export default async function globalSetup() {
  if (globalThis.__tidingsServices) return;
  const { startServices } = await import('./services.ts');
  const services = await startServices();
  globalThis.__tidingsServices = services;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void services.stop().finally(() => process.exit(130)));
  }
}

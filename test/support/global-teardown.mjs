/** Stops the servers that the global setup started. */
export default async function globalTeardown() {
  await globalThis.__tidingsServices?.stop();
}

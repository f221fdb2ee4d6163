import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Above 10080, the highest port that fetch refuses to call; below the range from which systems draw the ports of outgoing connections, so that
 * none of those takes ours while we restart.
 */
const LOWEST = 10_081;
const HIGHEST = 32_000;
const TRIES = 50;

/** Whether we could listen on this port of this address now; nobody can promise it for the next moment. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** A five-digit port that nobody listens on; the preferred one when it is free. */
export async function freePort(preferred?: number, host = '127.0.0.1'): Promise<number> {
  if (preferred !== undefined && (await isPortFree(preferred, host))) return preferred;
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port, host)) return port;
  }
  throw new Error(`None of ${TRIES} ports tried between ${LOWEST} and ${HIGHEST} on ${host} is free.`);
}
